import { ChildProcess } from './childProcess.mjs';
import { databaseKind } from './server.mjs';

const holdFile = `
import signal, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
signal.pause()
`;

// Without the check PostgreSQL would not notice that psql is gone before the sleep is over.
const holdTable = [
    `SET client_connection_check_interval = '50ms'`,
    'BEGIN',
    'LOCK TABLE conversations IN EXCLUSIVE MODE',
    `SELECT 'held'`,
    'SELECT pg_sleep(600)',
];

// Another process that holds the database of a server for itself: nobody else can write, all can read.
export async function holdDatabase(server) {
    const holder =
        databaseKind === 'sqlite'
            ? new ChildProcess('/usr/bin/python3', ['-c', holdFile, server.databaseFile])
            : new ChildProcess('psql', ['-X', '-q', server.databaseUrl, ...holdTable.flatMap((sql) => ['-c', sql])]);
    await holder.printed(/held/);
    return {
        async release() {
            holder.signal('SIGTERM');
            await holder.ended();
        },
    };
}

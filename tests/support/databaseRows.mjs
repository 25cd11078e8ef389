import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { programEnvironment } from './environment.mjs';
import { databaseKind } from './server.mjs';

// What counts uses and says nothing of rights: requests of anybody may change it, and some of it is written a
// while after the request that it is about.
const counted = {
    sessions: ['last_used_at', 'ip_address'],
    api_keys: ['last_used_at', 'last_used_ip', 'request_count'],
    connections: ['last_synced_at', 'last_error'],
};

// Tables of which nobody's rights speak: an organization's first signing key is made by whoever asks for it first, the
// public key set included; a provider is told seconds later of a connection's end, which is a row of `connections`.
const madeForAnyone = ['integration_keys', 'revocations'];

const sqliteLoop = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
for line in sys.stdin:
    print(db.execute(line).fetchone()[0])
`;

// How each database tells its columns and a table's rows as JSON on one line.
const dialects = {
    sqlite: {
        command: (server) => ['python3', ['-u', '-c', sqliteLoop, server.databaseFile]],
        columns: `SELECT json_group_array(json_object('table', m.name, 'column', c.name)) FROM sqlite_master m
                  JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`,
        row: (columns) => {
            const cell = (name) => `CASE typeof(${name}) WHEN 'blob' THEN hex(${name}) ELSE ${name} END`;
            return `json_object(${columns.map((name) => `'${name}', ${cell(name)}`).join(', ')})`;
        },
        rows: (row, table) => `json((SELECT json_group_array(${row}) FROM ${table}))`,
        all: (parts) => `SELECT json_object(${parts.join(', ')})`,
    },
    postgresql: {
        command: (server) => ['psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', server.databaseUrl]],
        columns: `SELECT jsonb_agg(jsonb_build_object('table', table_name, 'column', column_name))
                  FROM information_schema.columns WHERE table_schema = 'public'`,
        row: (columns) => `jsonb_build_object(${columns.map((name) => `'${name}', ${name}`).join(', ')})`,
        rows: (row, table) => `coalesce((SELECT jsonb_agg(${row}) FROM ${table}), '[]')`,
        all: (parts) => `SELECT jsonb_build_object(${parts.join(', ')})`,
    },
};
const dialect = dialects[databaseKind];

// Reads all rows of a running server's database, from beside it.
export class DatabaseRows {
    #child;
    #lines;
    #query;
    #log = '';

    constructor(server) {
        const [command, args] = dialect.command(server);
        this.#child = spawn(command, args, { env: programEnvironment(), stdio: 'pipe' });
        this.#child.stderr.setEncoding('utf8').on('data', (text) => (this.#log += text));
        this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    }

    async #ask(query) {
        this.#child.stdin.write(`${query.replace(/\s+/g, ' ')};\n`);
        const { value, done } = await this.#lines.next();
        if (done) throw new Error(`The database does not answer: ${this.#log}`);
        return JSON.parse(value);
    }

    async #makeQuery() {
        const tables = {};
        for (const { table, column } of await this.#ask(dialect.columns)) {
            if (!counted[table]?.includes(column) && !madeForAnyone.includes(table))
                (tables[table] ??= []).push(column);
        }
        return dialect.all(
            Object.entries(tables).map(
                ([table, columns]) => `'${table}', ${dialect.rows(dialect.row(columns), table)}`,
            ),
        );
    }

    // All rows, each as `table {its columns}`.
    async read() {
        this.#query ??= await this.#makeQuery();
        const tables = await this.#ask(this.#query);
        return new Set(
            Object.entries(tables).flatMap(([table, rows]) => rows.map((row) => `${table} ${JSON.stringify(row)}`)),
        );
    }

    async close() {
        const ended = new Promise((resolve) => this.#child.once('exit', resolve));
        this.#child.stdin.end();
        await ended;
    }
}

// What is in one of two readings only, as `+ row` or `- row`.
export function rowChanges(before, after) {
    return [
        ...[...before].filter((row) => !after.has(row)).map((row) => `- ${row}`),
        ...[...after].filter((row) => !before.has(row)).map((row) => `+ ${row}`),
    ];
}

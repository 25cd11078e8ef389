import { after, afterEach, before } from 'node:test';
import { databaseKind, Server } from './server.mjs';

const shownLines = 80;

// Shows what a server logged at the end of a test file in which a test failed.
export function shownOnFailure(server) {
    let failed = false;
    afterEach((context) => {
        failed ||= Boolean(context.error);
    });
    after(() => {
        if (failed)
            console.error(`--- the server's last lines\n${server.log.split('\n').slice(-shownLines).join('\n')}`);
    });
}

// The server of a test file: started before its first test, stopped after its last.
export function useServer(options) {
    const server = new Server(options);
    before(() => server.start());
    shownOnFailure(server);
    after(() => server.stop());
    return server;
}

// Two nodes on one PostgreSQL; on SQLite, which serves one, the same server twice.
export function useNodes(options) {
    if (databaseKind !== 'postgresql') {
        const server = useServer(options);
        return [server, server];
    }
    const first = new Server(options);
    const second = new Server({ ...options, beside: first });
    before(async () => {
        await first.start();
        await second.start();
    });
    shownOnFailure(first);
    shownOnFailure(second);
    after(async () => {
        await second.stop();
        await first.stop();
    });
    return [first, second];
}

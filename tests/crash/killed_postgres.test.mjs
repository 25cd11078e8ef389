import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Client } from '../support/client.mjs';
import { eventually } from '../support/eventually.mjs';
import { signUp } from '../support/people.mjs';
import { Postgres } from '../support/postgres.mjs';
import { databaseKind, Server } from '../support/server.mjs';
import { shownOnFailure } from '../support/setup.mjs';
import { checkAll, wideLimits, writeUntil } from './writers.mjs';

const onPostgres = { skip: databaseKind === 'postgresql' ? false : 'there is no database server to kill' };
let postgres;
const server = new Server({ settings: wideLimits, postgres: () => postgres });

before(async () => {
    if (onPostgres.skip) return;
    postgres = await Postgres.start({ durable: true });
    await server.start();
});
shownOnFailure(server);
after(async () => {
    if (onPostgres.skip) return;
    await server.stop();
    await postgres.remove();
});

async function isWell() {
    return (await new Client(server).call('get_health')).status === 200;
}

async function create(client) {
    return client.call('create_conversation', { body: { title: 'Plans' } });
}

for (const [mode, what] of [
    ['immediate', 'a crash'],
    ['fast', 'a restart'],
]) {
    test(`every acknowledged write outlives ${what} of PostgreSQL under a running server`, onPostgres, async () => {
        await server.restart(); // with connections that know of no crash
        const { client } = await signUp(server);
        const breakIt = async () => {
            await postgres.halt(mode);
            const health = await new Client(server).call('get_health');
            assert.deepEqual([health.status, health.body.status], [503, 'down']);
            const refused = await create(client);
            assert.deepEqual([refused.status, refused.body.detail.error], [503, 'unavailable']);
            assert.ok(Number(refused.headers.get('Retry-After')) >= 1, 'it says when to try again');
            await postgres.resume();
            await eventually('the server is well again', isWell);
            await eventually('writes go on', async () => (await create(client)).status === 201);
        };
        await checkAll(await writeUntil(server, { acknowledged: 100, breakIt }));
    });
}

test('every acknowledged write outlives a crash of both', onPostgres, async () => {
    await server.restart();
    const breakIt = async () => {
        await Promise.all([server.kill(), postgres.halt('immediate')]);
    };
    const writers = await writeUntil(server, { acknowledged: 100, breakIt });
    await postgres.resume();
    await server.start();
    await checkAll(writers);
});

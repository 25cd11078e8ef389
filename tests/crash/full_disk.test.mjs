import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test, { after, before } from 'node:test';
import { Client } from '../support/client.mjs';
import { eventually } from '../support/eventually.mjs';
import { signUp } from '../support/people.mjs';
import { databaseKind, Server } from '../support/server.mjs';
import { shownOnFailure } from '../support/setup.mjs';
import { SmallVolume } from '../support/smallVolume.mjs';
import { checkAll, wideLimits, writeUntil } from './writers.mjs';

const onSqlite = { skip: databaseKind === 'sqlite' ? false : 'the disk is another program’s' };
let volume;
const server = new Server({ settings: wideLimits, dataDirectory: () => volume.directory });

before(async () => {
    if (onSqlite.skip) return;
    volume = new SmallVolume('16m');
    await server.start();
});
shownOnFailure(server);
after(async () => {
    if (onSqlite.skip) return;
    await server.stop();
    volume.remove();
});

const check = `
import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("PRAGMA integrity_check").fetchone()[0])
`;

function integrity() {
    return execFileSync('/usr/bin/python3', ['-c', check, server.databaseFile]).toString().trim();
}

function create(client, number) {
    return client.call('create_conversation', { body: { title: `Conversation ${number}` } });
}

// The answer to the first write that finds no room: what the files of the database have already is used up first.
async function fillUp(client) {
    volume.fill();
    let answer;
    await eventually('a write is refused', async () => {
        answer = await create(client, 1);
        return answer.status === 503;
    });
    return answer;
}

test('on a full disk writes are refused, reads go on, and no acknowledged write is lost', onSqlite, async () => {
    const { client } = await signUp(server);
    await create(client, 0);
    const breakIt = async () => {
        const refused = await fillUp(client);
        assert.equal(refused.body.detail.error, 'unavailable');
        assert.ok(Number(refused.headers.get('Retry-After')) >= 1, 'it says when to try again');
        const listed = await client.expect(200, 'list_conversations');
        assert.ok(listed.length >= 1, 'what is there can be read');
        assert.equal((await new Client(server).expect(200, 'get_health')).status, 'degraded');
    };
    const writers = await writeUntil(server, { acknowledged: 100, breakIt });
    volume.free();
    assert.equal((await create(client, 2)).status, 201, 'with room again, writes go on by themselves');
    await checkAll(writers);
    assert.equal(integrity(), 'ok');
});

test('what was acknowledged on a disk that filled up outlives kill -9', onSqlite, async () => {
    const { client } = await signUp(server);
    const breakIt = async () => {
        await fillUp(client);
        await server.kill();
    };
    const writers = await writeUntil(server, { acknowledged: 100, breakIt });
    volume.free();
    await server.start();
    await checkAll(writers);
    assert.equal(integrity(), 'ok');
});

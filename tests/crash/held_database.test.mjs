import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test from 'node:test';
import { holdDatabase } from '../support/databaseHold.mjs';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';
import { wideLimits } from './writers.mjs';

const server = useServer({ settings: wideLimits });

function wantedConversations(count) {
    return Array.from({ length: count }, (_, number) => ({
        body: { title: `Conversation ${number}` },
        idempotencyKey: crypto.randomUUID(),
    }));
}

test('while another process holds the database reads go on, and writes are refused and leave nothing', async () => {
    const { client } = await signUp(server);
    const wanted = wantedConversations(6);
    const hold = await holdDatabase(server);
    try {
        const refused = Promise.all(wanted.map((request) => client.call('create_conversation', request)));
        assert.deepEqual(await client.expect(200, 'list_conversations'), []);
        for (const answer of await refused) {
            assert.deepEqual([answer.status, answer.body.detail.error], [503, 'unavailable']);
            assert.ok(Number(answer.headers.get('Retry-After')) >= 1, 'it says when to try again');
        }
        assert.deepEqual(await client.expect(200, 'list_conversations'), []);
    } finally {
        await hold.release();
    }
    for (const request of wanted) await client.expect(201, 'create_conversation', request);
    const titles = (await client.expect(200, 'list_conversations')).map(({ title }) => title);
    assert.deepEqual(titles.sort(), wanted.map(({ body }) => body.title).sort());
});

test('a write waits for another process that holds the database for a moment', async () => {
    const { client } = await signUp(server);
    const hold = await holdDatabase(server);
    const created = client.expect(201, 'create_conversation', wantedConversations(1)[0]);
    await client.expect(200, 'list_conversations');
    await hold.release();
    await created;
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertFaults } from '../support/assertions.mjs';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

async function titles(client) {
    return (await client.expect(200, 'list_conversations')).map(({ title }) => title);
}

test('a new user has none', async () => {
    const { client } = await signUp(server);
    assert.deepEqual(await client.expect(200, 'list_conversations'), []);
});

test('the most recently active comes first: by creation, then by its messages', async () => {
    const { client } = await signUp(server);
    const ids = [];
    for (const title of ['first', 'second', 'third']) {
        server.clock.advance({ seconds: 1 });
        ids.push((await client.expect(201, 'create_conversation', { body: { title } })).id);
    }
    assert.deepEqual(await titles(client), ['third', 'second', 'first']);
    server.clock.advance({ seconds: 1 });
    await client.expect(200, 'generate_chat_response', { body: { message: 'Hello', conversation_id: ids[0] } });
    assert.deepEqual(await titles(client), ['first', 'third', 'second']);
});

test('only the own conversations are in it', async () => {
    const [first, second] = [await signUp(server), await signUp(server)];
    await first.client.expect(201, 'create_conversation', { body: { title: 'of the first' } });
    await second.client.expect(201, 'create_conversation', { body: { title: 'of the second' } });
    assert.deepEqual(await titles(first.client), ['of the first']);
    assert.deepEqual(await titles(second.client), ['of the second']);
});

test('limit has bounds and is written in digits', async () => {
    const { client } = await signUp(server);
    for (const limit of ['0', '101', '-1', '1.0', 'ten', '', '1e1', '99999999999999999999']) {
        assertFaults(await client.call('list_conversations', { query: { limit } }), ['limit']);
    }
    await client.expect(200, 'list_conversations', { query: { limit: '100' } });
});

test('a query parameter given twice is a fault', async () => {
    const { client } = await signUp(server);
    const query = [
        ['limit', '5'],
        ['limit', '5'],
    ];
    assertFaults(await client.call('list_conversations', { query }), ['limit']);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

test('it is as it was opened, and counts its messages', async () => {
    const { client } = await signUp(server);
    const opened = await client.expect(201, 'create_conversation', { body: { title: 'Launch' } });
    const params = { conversation_id: opened.id };
    assert.deepEqual(await client.expect(200, 'get_conversation', { params }), opened);
    await client.expect(200, 'generate_chat_response', { body: { message: 'Hello', ...params } });
    const used = await client.expect(200, 'get_conversation', { params });
    assert.equal(used.message_count, 2);
    assert.deepEqual(used, (await client.expect(200, 'list_conversations'))[0]);
});

test('a malformed id is a fault, an unknown one is not there', async () => {
    const { client } = await signUp(server);
    const call = (conversation_id) => client.call('get_conversation', { params: { conversation_id } });
    assertFaults(await call('mine'), ['conversation_id']);
    assertError(await call('019df244-fa20-74ae-87b2-b94176a5dbcf'), 404, 'not_found');
});

test("another user's conversation is not there", async () => {
    const { client } = await signUp(server);
    const { id } = await client.expect(201, 'create_conversation');
    const other = await signUp(server);
    const params = { conversation_id: id };
    assertError(await other.client.call('get_conversation', { params }), 404, 'not_found');
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

async function chatIn(client, conversation_id) {
    await client.expect(200, 'generate_chat_response', { body: { message: 'Hello', conversation_id } });
}

test('a deleted conversation is gone with its messages, and the others stay', async () => {
    const { client } = await signUp(server);
    const doomed = await client.expect(201, 'create_conversation');
    const other = await client.expect(201, 'create_conversation', { body: { title: 'stays' } });
    await chatIn(client, doomed.id);
    const params = { conversation_id: doomed.id };
    await client.expect(204, 'delete_conversation', { params });
    assertError(await client.call('delete_conversation', { params }), 404, 'not_found');
    assertError(await client.call('list_messages', { params }), 404, 'not_found');
    const chat = await client.call('generate_chat_response', {
        body: { message: 'Hello', conversation_id: doomed.id },
    });
    assertError(chat, 404, 'not_found');
    assert.deepEqual(await client.expect(200, 'list_conversations'), [other]);
});

test('an id may be written in capitals', async () => {
    const { client } = await signUp(server);
    const { id } = await client.expect(201, 'create_conversation');
    await client.expect(204, 'delete_conversation', { params: { conversation_id: id.toUpperCase() } });
});

test('a malformed id is a fault, an unknown one is not there', async () => {
    const { client } = await signUp(server);
    for (const conversation_id of [
        '1',
        'not-a-uuid',
        '{019df244-fa20-74ae-87b2-b94176a5dbcf}',
        '019df244fa2074ae87b2b94176a5dbcf',
    ]) {
        assertFaults(await client.call('delete_conversation', { params: { conversation_id } }), ['conversation_id']);
    }
    const unknown = { conversation_id: '019df244-fa20-74ae-87b2-b94176a5dbcf' };
    assertError(await client.call('delete_conversation', { params: unknown }), 404, 'not_found');
});

test('of two who delete at once one is told that it is gone', async () => {
    const { client } = await signUp(server);
    const { id } = await client.expect(201, 'create_conversation');
    const answers = await Promise.all(
        [1, 2].map(() => client.call('delete_conversation', { params: { conversation_id: id } })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 404]);
});

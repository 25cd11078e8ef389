import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults, assertUuid7 } from '../support/assertions.mjs';
import { readPages } from '../support/pages.mjs';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

test('a conversation without turns has no messages', async () => {
    const { client } = await signUp(server);
    const { id } = await client.expect(201, 'create_conversation');
    assert.deepEqual(await client.expect(200, 'list_messages', { params: { conversation_id: id } }), []);
});

test('messages stand oldest first, each question before its answer', async () => {
    const { client } = await signUp(server);
    const { id } = await client.expect(201, 'create_conversation');
    const answers = [];
    for (const message of ['The beta opens on 18 May.', 'When does the beta open?']) {
        server.clock.advance({ seconds: 1 });
        const body = { message, conversation_id: id, provider: 'extractive' };
        answers.push(await client.expect(200, 'generate_chat_response', { body }));
    }
    const messages = await client.expect(200, 'list_messages', { params: { conversation_id: id } });
    assert.deepEqual(
        messages.map(({ role }) => role),
        ['user', 'assistant', 'user', 'assistant'],
    );
    const [question, answer] = messages.slice(2);
    assertUuid7(question.id);
    assert.equal(question.content, 'When does the beta open?');
    assert.deepEqual([question.provider, question.model, question.usage, question.citations], [null, null, null, []]);
    assert.equal(answer.id, answers[1].message_id);
    assert.equal(answer.content, answers[1].content);
    assert.deepEqual([answer.provider, answer.model, answer.usage], ['extractive', answers[1].model, answers[1].usage]);
    for (const message of messages) assert.equal(message.conversation_id, id);
    const times = messages.map(({ created_at }) => created_at);
    assert.deepEqual([...times].sort(), times);
});

test('a page of heavy messages is shorter, and the next ones have the rest', async () => {
    const { client } = await signUp(server);
    const { id: conversation_id } = await client.expect(201, 'create_conversation');
    const heavy = '🦉'.repeat(32_000); // 128,000 bytes: 8 of them are as much as a page takes
    for (let count = 0; count < 10; count += 1) {
        const body = { message: heavy, conversation_id, provider: 'extractive' };
        await client.expect(200, 'generate_chat_response', { body });
    }
    const pages = await readPages(client, 'list_messages', { params: { conversation_id }, query: { limit: 100 } });
    assert.ok(pages.length > 1, 'more than one page');
    const bytes = pages.map((page) => page.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0));
    for (const weight of bytes) assert.ok(weight <= 1024 * 1024, `${bytes}`);
    const messages = pages.flat();
    assert.equal(messages.length, 20);
    assert.equal(new Set(messages.map(({ id }) => id)).size, 20);
    const asked = messages.filter(({ role }) => role === 'user');
    assert.deepEqual(
        asked.map(({ content }) => content === heavy),
        Array(10).fill(true),
    );
});

test('a malformed id is a fault, an unknown one is not there', async () => {
    const { client } = await signUp(server);
    const call = (conversation_id, query) => client.call('list_messages', { params: { conversation_id }, query });
    assertFaults(await call('mine'), ['conversation_id']);
    assertFaults(await call('mine', { limit: 0, cursor: '' }), ['conversation_id', 'limit', 'cursor']);
    assertError(await call('019df244-fa20-74ae-87b2-b94176a5dbcf'), 404, 'not_found');
});

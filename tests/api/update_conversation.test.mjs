import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

function rename(client, conversation_id, body) {
    return client.call('update_conversation', { params: { conversation_id }, body });
}

async function open(client, body = {}) {
    return client.expect(201, 'create_conversation', { body });
}

test('a new title is kept, without the white space around it', async () => {
    const { client } = await signUp(server);
    const opened = await open(client, { title: 'Launch' });
    server.clock.advance({ seconds: 1 });
    const { status, body, text } = await rename(client, opened.id, { title: '  Launch of the beta\u3000' });
    assert.equal(status, 200, text);
    assert.deepEqual(body, { ...opened, title: 'Launch of the beta', updated_at: body.updated_at });
    assert.ok(body.updated_at > opened.updated_at);
    const params = { conversation_id: opened.id };
    assert.deepEqual(await client.expect(200, 'get_conversation', { params }), body);
});

test('a first message later does not replace it', async () => {
    const { client } = await signUp(server);
    const { id } = await open(client);
    assert.equal((await rename(client, id, { title: 'Mine' })).body.title, 'Mine');
    await client.expect(200, 'generate_chat_response', { body: { message: 'When?', conversation_id: id } });
    assert.equal((await client.expect(200, 'list_conversations'))[0].title, 'Mine');
});

test('an empty object changes nothing and answers the conversation as it is', async () => {
    const { client } = await signUp(server);
    const opened = await open(client, { title: 'Launch' });
    server.clock.advance({ seconds: 1 });
    for (const body of [{}, { title: 'Launch' }, { provider: 'extractive' }]) {
        assert.deepEqual((await rename(client, opened.id, body)).body, opened);
    }
});

test('a new title is no activity: the place in the list stays', async () => {
    const { client } = await signUp(server);
    const older = await open(client, { title: 'older' });
    server.clock.advance({ seconds: 1 });
    await open(client, { title: 'newer' });
    server.clock.advance({ seconds: 1 });
    assert.equal((await rename(client, older.id, { title: 'renamed' })).body.last_message_at, null);
    const titles = (await client.expect(200, 'list_conversations')).map(({ title }) => title);
    assert.deepEqual(titles, ['newer', 'renamed']);
    const page = await client.call('list_conversations', { query: { limit: 1 } });
    assert.equal(page.body[0].title, 'newer');
});

test('a title out of bounds is a fault', async () => {
    const { client } = await signUp(server);
    const { id } = await open(client);
    for (const title of ['', '   ', 'x'.repeat(201), 'two\nlines', 7, null]) {
        assertFaults(await rename(client, id, { title }), ['/title']);
    }
    assert.equal((await rename(client, id, { title: '🦉'.repeat(200) })).status, 200);
});

test('a malformed id is a fault, an unknown one is not there', async () => {
    const { client } = await signUp(server);
    assertFaults(await rename(client, 'mine', { title: '' }), ['conversation_id', '/title']);
    for (const body of [{}, { title: 'x' }]) {
        assertError(await rename(client, '019df244-fa20-74ae-87b2-b94176a5dbcf', body), 404, 'not_found');
    }
});

test("another user's conversation is not there, and keeps its title", async () => {
    const { client } = await signUp(server);
    const { id } = await open(client, { title: 'Mine' });
    const other = await signUp(server);
    assertError(await rename(other.client, id, { title: 'Theirs' }), 404, 'not_found');
    const params = { conversation_id: id };
    assert.equal((await client.expect(200, 'get_conversation', { params })).title, 'Mine');
});

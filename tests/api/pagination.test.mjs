import assert from 'node:assert/strict';
import test from 'node:test';
import { assertFaults } from '../support/assertions.mjs';
import { nextQuery, readPages } from '../support/pages.mjs';
import { logIn, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

async function openMany(client, count, prefix = 'number') {
    const titles = [];
    for (let index = 0; index < count; index += 1) {
        const title = `${prefix} ${index}`;
        await client.expect(201, 'create_conversation', { body: { title } });
        titles.unshift(title);
    }
    return titles;
}

function list(client, query) {
    return client.call('list_conversations', { query });
}

async function firstCursor(client) {
    const query = nextQuery(await list(client, { limit: 1 }));
    assert.ok(query?.cursor);
    return query.cursor;
}

test('pages follow each other without a gap or a repetition, and the last one has no Link', async () => {
    const { client } = await signUp(server);
    const titles = await openMany(client, 7);
    for (const limit of [1, 2, 3, 6, 7]) {
        const pages = await readPages(client, 'list_conversations', { query: { limit } });
        assert.deepEqual(
            pages.flat().map(({ title }) => title),
            titles,
        );
        assert.equal(pages.length, Math.ceil(7 / limit), `pages of ${limit}`);
    }
});

test('fifty items are a page where no limit is given, and the other parameters are kept', async () => {
    const { client } = await signUp(server);
    await openMany(client, 51);
    const answer = await list(client);
    assert.equal(answer.body.length, 50);
    assert.ok(nextQuery(answer).cursor);
    assert.equal(nextQuery(await list(client, { limit: 3 })).limit, '3');
});

test('things of one moment are told apart', async () => {
    const { client } = await signUp(server);
    await Promise.all(Array.from({ length: 20 }, () => client.expect(201, 'create_conversation')));
    const ids = (await readPages(client, 'list_conversations', { query: { limit: 3 } })).flat().map(({ id }) => id);
    assert.equal(new Set(ids).size, 20);
});

test('what is made while somebody turns pages neither repeats nor hides anything', async () => {
    const { client } = await signUp(server);
    const titles = await openMany(client, 9);
    const pages = await readPages(client, 'list_conversations', { query: { limit: 2 } }, () =>
        openMany(client, 1, 'later'),
    );
    assert.deepEqual(
        pages.flat().map(({ title }) => title),
        titles,
    );
});

test('what is deleted while somebody turns pages hides nothing else', async () => {
    const { client } = await signUp(server);
    const titles = await openMany(client, 6);
    const [first, second] = (await list(client, { limit: 2 })).body;
    const query = nextQuery(await list(client, { limit: 2 }));
    for (const { id } of [first, second])
        await client.expect(204, 'delete_conversation', { params: { conversation_id: id } });
    const { body } = await list(client, query);
    assert.deepEqual(
        body.map(({ title }) => title),
        titles.slice(2, 4),
    );
});

test('messages have pages, oldest first', async () => {
    const { client } = await signUp(server);
    const { id } = await client.expect(201, 'create_conversation');
    for (const message of ['one', 'two', 'three']) {
        await client.expect(200, 'generate_chat_response', { body: { message, conversation_id: id } });
    }
    const params = { conversation_id: id };
    const whole = await client.expect(200, 'list_messages', { params });
    assert.equal(whole.length, 6);
    const pages = await readPages(client, 'list_messages', { params, query: { limit: 4 } });
    assert.deepEqual(
        pages.map((page) => page.length),
        [4, 2],
    );
    assert.deepEqual(pages.flat(), whole);
});

test('a malformed cursor is a fault', async () => {
    const { client } = await signUp(server);
    await openMany(client, 2);
    const cursor = await firstCursor(client);
    const changed = cursor.slice(0, -3) + (cursor.endsWith('AAA') ? 'BBB' : 'AAA');
    for (const wrong of ['x', 'AAAA', '%', changed, `${cursor}x`, cursor.slice(1), '']) {
        assertFaults(await list(client, { cursor: wrong }), ['cursor']);
    }
    assert.equal((await list(client, { cursor })).status, 200);
});

test("another caller's cursor is a fault", async () => {
    const [owner, stranger] = [await signUp(server), await signUp(server)];
    await openMany(owner.client, 2);
    await openMany(stranger.client, 2);
    assertFaults(await list(stranger.client, { cursor: await firstCursor(owner.client) }), ['cursor']);
});

test('a cursor of another list is a fault', async () => {
    const { client } = await signUp(server);
    await openMany(client, 2);
    const [first, second] = (await list(client)).body;
    for (const { id } of [first, second]) {
        await client.expect(200, 'generate_chat_response', { body: { message: 'Hello', conversation_id: id } });
    }
    const ofConversations = await firstCursor(client);
    const messages = (conversation, query) =>
        client.call('list_messages', { params: { conversation_id: conversation.id }, query });
    const { cursor } = nextQuery(await messages(first, { limit: 1 }));
    assertFaults(await messages(first, { cursor: ofConversations }), ['cursor']);
    assertFaults(await list(client, { cursor }), ['cursor']);
    assertFaults(await messages(second, { cursor }), ['cursor']);
    assertFaults(await client.call('list_ai_providers', { query: { cursor } }), ['cursor']);
});

test('a cursor is good for 24 hours', async () => {
    const { client, username } = await signUp(server);
    await openMany(client, 2);
    const cursor = await firstCursor(client);
    server.clock.advance({ hours: 23, minutes: 59 });
    const again = async () => client.with({ token: (await logIn(client, username)).access_token });
    assert.equal((await list(await again(), { cursor })).status, 200);
    server.clock.advance({ minutes: 2 });
    assertFaults(await list(await again(), { cursor }), ['cursor']);
});

test('a cursor outlives a restart of the server', async () => {
    const { client } = await signUp(server);
    await openMany(client, 2);
    const cursor = await firstCursor(client);
    await server.restart();
    assert.equal((await list(client, { cursor })).status, 200);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ settings: { 'limits.chat': 1000 } });
const facts = 'The beta opens on 18 May for the first 50 teams. The office has two meeting rooms. Lunch is at noon.';

function chat(client, body) {
    return client.call('generate_chat_response', { body });
}

async function messagesOf(client, conversation_id) {
    return client.expect(200, 'list_messages', { params: { conversation_id } });
}

async function openConversation(client, body = {}) {
    return (await client.expect(201, 'create_conversation', { body })).id;
}

test('a call without a conversation answers from the turns it sends and stores nothing', async () => {
    const { client } = await signUp(server);
    const answer = await client.expect(200, 'generate_chat_response', {
        body: {
            message: 'When does the beta open?',
            provider: 'auto',
            conversation_history: [{ role: 'user', content: facts }],
            user_language: 'en',
        },
    });
    assert.match(answer.content, /18 May/);
    assert.equal(answer.provider, 'auto');
    assert.deepEqual(
        [answer.conversation_id, answer.message_id, answer.usage, answer.citations],
        [null, null, null, []],
    );
    assert.deepEqual(await client.expect(200, 'list_conversations'), []);
});

test('the embedded provider says so when it has nothing to answer from', async () => {
    const { client } = await signUp(server);
    const answer = await client.expect(200, 'generate_chat_response', {
        body: { message: 'Who won the race of 1911?' },
    });
    assert.notEqual(answer.content, '');
    assert.doesNotMatch(answer.content, /Harroun/);
    assert.doesNotMatch(answer.model, /gpt|llama|claude|gemini/i);
});

test('a message is named by its number in the whole conversation, however long that is', async () => {
    const { client } = await signUp(server);
    const id = await openConversation(client);
    const say = (message) => client.expect(200, 'generate_chat_response', { body: { message, conversation_id: id } });
    for (let count = 0; count < 101; count += 1) await say('Nothing yet.');
    await say(facts); // the 203rd message
    assert.match((await say('When does the beta open?')).content, /18 May[^\n]*\n— your message 203\n/);
});

test('with a conversation the history is read from it and both turns are stored', async () => {
    const { client } = await signUp(server);
    const id = await openConversation(client);
    await client.expect(200, 'generate_chat_response', { body: { message: facts, conversation_id: id } });
    const answer = await client.expect(200, 'generate_chat_response', {
        body: { message: 'When does the beta open?', conversation_id: id.toUpperCase() },
    });
    assert.match(answer.content, /18 May/);
    assert.equal(answer.conversation_id, id);
    const messages = await messagesOf(client, id);
    assert.equal(messages.length, 4);
    assert.equal(messages[3].id, answer.message_id);
    const [conversation] = await client.expect(200, 'list_conversations');
    assert.equal(conversation.message_count, 4);
    assert.equal(conversation.last_message_at, messages[3].created_at);
});

test('a conversation without a title takes one from its first message and keeps it', async () => {
    const { client } = await signUp(server);
    const id = await openConversation(client);
    await chat(client, { message: 'When does the beta open?', conversation_id: id });
    const [{ title }] = await client.expect(200, 'list_conversations');
    assert.match(title, /beta/);
    await chat(client, { message: 'And what about lunch?', conversation_id: id });
    assert.equal((await client.expect(200, 'list_conversations'))[0].title, title);
});

test('a title made from a long message keeps to its bounds', async () => {
    const { client } = await signUp(server);
    const id = await openConversation(client);
    await chat(client, { message: `${'ü🦉'.repeat(8000)}\n\u0007 end`, conversation_id: id });
    const [{ title }] = await client.expect(200, 'list_conversations');
    assert.ok(title.length > 0);
    assert.doesNotMatch(title, /[\u0000-\u001f]/);
});

test('a given title stays', async () => {
    const { client } = await signUp(server);
    const id = await openConversation(client, { title: 'Mine' });
    await chat(client, { message: 'Hello', conversation_id: id });
    assert.equal((await client.expect(200, 'list_conversations'))[0].title, 'Mine');
});

test('a streamed answer comes in pieces that make the whole, and is stored', async () => {
    const { client } = await signUp(server);
    const id = await openConversation(client);
    await chat(client, { message: facts, conversation_id: id });
    const answer = await chat(client, { message: 'When does the beta open?', conversation_id: id, stream: true });
    assert.equal(answer.status, 200);
    const pieces = answer.events.filter(({ event }) => event === 'delta').map(({ data }) => data.content);
    const { event, data } = answer.events.at(-1);
    assert.equal(event, 'done');
    assert.equal(pieces.join(''), data.content);
    assert.match(data.content, /18 May/);
    const messages = await messagesOf(client, id);
    assert.equal(messages[3].id, data.message_id);
    assert.equal(messages[3].content, data.content);
});

test('a stream is for no cache and no buffering proxy', async () => {
    const { client } = await signUp(server);
    const { headers } = await chat(client, { message: 'Hello', stream: true });
    assert.match(headers.get('Content-Type'), /^text\/event-stream/);
    assert.equal(headers.get('Content-Encoding'), null);
});

test('what is asked for and is not there is named', async () => {
    const { client } = await signUp(server);
    const absent = {
        provider: { provider: 'nobody' },
        model: { provider: 'extractive', model: 'gpt-9' },
        conversation: { conversation_id: '019df244-fa20-74ae-87b2-b94176a5dbcf' },
    };
    for (const stream of [false, true]) {
        for (const [resource, more] of Object.entries(absent)) {
            const answer = await chat(client, { message: 'Hello', stream, ...more });
            assertError(answer, 404, 'not_found');
            assert.equal(answer.body.detail.resource, resource);
        }
    }
});

test('auto with a model that nobody offers is not there', async () => {
    const { client } = await signUp(server);
    const answer = await chat(client, { message: 'Hello', provider: 'auto', model: 'gpt-9' });
    assertError(answer, 404, 'not_found');
    assert.equal(answer.body.detail.resource, 'model');
});

test('history beside a conversation is a fault, and nothing is stored', async () => {
    const { client } = await signUp(server);
    const id = await openConversation(client);
    const conversation_history = [{ role: 'user', content: 'before' }];
    assertFaults(await chat(client, { message: 'Hello', conversation_id: id, conversation_history }), [
        '/conversation_history',
    ]);
    assert.deepEqual(await messagesOf(client, id), []);
    await client.expect(200, 'generate_chat_response', {
        body: { message: 'Hello', conversation_id: id, conversation_history: [] },
    });
});

test('a model beside another model named as provider is a fault', async () => {
    const { client } = await signUp(server);
    const [, extractive] = await client.expect(200, 'list_ai_providers');
    const model = extractive.models[0].id;
    await client.expect(200, 'generate_chat_response', { body: { message: 'Hello', provider: extractive.id, model } });
    const answer = await chat(client, { message: 'Hello', provider: model, model: `${model}-other` });
    assert.equal(answer.status, 400, answer.text);
});

test('all faults are told at once', async () => {
    const { client } = await signUp(server);
    const answer = await chat(client, {
        message: '',
        provider: '',
        conversation_history: [{ role: 'robot', content: 'x' }, { role: 'user' }],
        user_language: 'english language',
        stream: 'yes',
        use_knowledge: 1,
    });
    assertFaults(answer, [
        '/message',
        '/provider',
        '/conversation_history/0/role',
        '/conversation_history/1/content',
        '/user_language',
        '/stream',
        '/use_knowledge',
    ]);
});

test('bounds are counted in code points', async () => {
    const { client } = await signUp(server);
    assert.equal((await chat(client, { message: '🦉'.repeat(32_000) })).status, 200);
    assertFaults(await chat(client, { message: 'x'.repeat(32_001) }), ['/message']);
    const turn = { role: 'user', content: 'x' };
    assertFaults(await chat(client, { message: 'x', conversation_history: Array(201).fill(turn) }), [
        '/conversation_history',
    ]);
});

test('a chat body may have two MiB', async () => {
    const { client } = await signUp(server);
    const conversation_history = Array(10).fill({ role: 'user', content: 'x'.repeat(190_000) });
    assert.equal((await chat(client, { message: 'Hello', conversation_history })).status, 200);
});

test('turns of one conversation may overlap: each is stored whole and in order', async () => {
    const { client } = await signUp(server);
    const id = await openConversation(client);
    const questions = Array.from({ length: 6 }, (_, index) => `Question number ${index}?`);
    const answers = await Promise.all(questions.map((message) => chat(client, { message, conversation_id: id })));
    for (const answer of answers) assert.equal(answer.status, 200, answer.text);
    const messages = await messagesOf(client, id);
    assert.equal(messages.length, 12);
    assert.deepEqual(
        messages
            .filter(({ role }) => role === 'user')
            .map(({ content }) => content)
            .sort(),
        questions,
    );
    assert.equal(new Set(messages.map((message) => message.id)).size, 12);
    assert.equal((await client.expect(200, 'list_conversations'))[0].message_count, 12);
});

test('text with every kind of character comes back as it went in', async () => {
    const { client } = await signUp(server);
    const id = await openConversation(client);
    const message = 'čšž "quotes" \\ back/slash \u2028\u200f العربية 日本語 👩‍👩‍👧 \u007f\t\n end';
    await client.expect(200, 'generate_chat_response', { body: { message, conversation_id: id } });
    assert.equal((await messagesOf(client, id))[0].content, message);
});

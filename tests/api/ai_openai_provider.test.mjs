import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import test, { after, before, beforeEach } from 'node:test';
import { mockKey, openaiProvider, startAiMock } from '../support/aiMock.mjs';
import { assertError } from '../support/assertions.mjs';
import { eventually } from '../support/eventually.mjs';
import { signUp } from '../support/people.mjs';
import { Relay } from '../support/relay.mjs';
import { Server } from '../support/server.mjs';
import { shownOnFailure } from '../support/setup.mjs';

const mock = await startAiMock();
const relay = await Relay.to(mock.port);
const server = new Server({
    toml: [
        openaiProvider('house', `${relay.url}/v1`, { timeoutSeconds: 2 }),
        openaiProvider('spare', `${mock.url}/v1`, { models: ['spare-model'] }),
    ].join(''),
    settings: { 'limits.chat': 1000 },
});
before(() => server.start());
shownOnFailure(server);
after(async () => {
    await server.stop();
    await relay.close();
    await mock.stop();
});

// Three failures in a row make a provider rest for half a minute; this makes it as good as new, so that no test
// finds it resting by the fault of another.
beforeEach(async () => {
    server.clock.advance({ seconds: 31 });
    const { client } = await signUp(server);
    for (const provider of ['house', 'spare']) {
        await client.expect(200, 'generate_chat_response', { body: { message: 'plain question', provider } });
    }
});

function lay(pattern, response, options) {
    mock.onMessage(pattern, response, options);
}

function ask(client, message, { signal, ...more } = {}) {
    return client.call('generate_chat_response', { body: { message, provider: 'house', ...more }, signal });
}

async function openConversation(client) {
    return (await client.expect(201, 'create_conversation', { body: { provider: 'house' } })).id;
}

function messagesOf(client, conversation_id) {
    return client.expect(200, 'list_messages', { params: { conversation_id } });
}

function requestsWith(text) {
    return mock.getRequests().filter(({ body }) => JSON.stringify(body ?? {}).includes(text));
}

lay('plain question', {
    content: 'A plain answer.',
    usage: { prompt_tokens: 12, completion_tokens: 4, total_tokens: 16 },
});
lay(
    'streamed question',
    {
        content: 'A streamed answer that comes in pieces.',
        usage: { prompt_tokens: 5, completion_tokens: 9, total_tokens: 14 },
    },
    { latency: 30 },
);
lay('failing question', { error: { message: 'out of order', type: 'server_error' }, status: 500 });
lay('overloaded question', { error: { message: 'no room', type: 'server_error' }, status: 503 });
lay('limited question', { error: { message: 'slow down', type: 'rate_limit_error' }, status: 429 });
mock.on({ userMessage: 'divided question', model: 'mock-large' }, { error: { message: 'out of order' }, status: 500 });
mock.on({ userMessage: 'divided question', model: 'spare-model' }, { content: 'From the spare one.' });
lay('stalling question', { content: 'too late' }, { chaos: { latencyMs: 8_000 } });
lay(
    'breaking question',
    { content: 'This answer is cut off before it has ended.' },
    { latency: 50, truncateAfterChunks: 3 },
);
lay('garbled question', { content: 'x' }, { chaos: { malformedRate: 1 } });
lay(
    'slow question',
    { content: 'An answer that takes its time to arrive, word by word.' },
    { latency: 150, chaos: { latencyMs: 700 } },
);
lay('endless question', { content: 'word '.repeat(60) }, { latency: 100, chaos: { latencyMs: 1_000 } });

test('a plain answer tells text, model and usage', async () => {
    const { client } = await signUp(server);
    const { body, status, text } = await ask(client, 'plain question');
    assert.equal(status, 200, text);
    assert.equal(body.content, 'A plain answer.');
    assert.equal(body.provider, 'house');
    assert.match(body.model, /mock-large/);
    assert.deepEqual(body.usage, { prompt_tokens: 12, completion_tokens: 4, total_tokens: 16 });
});

test('the provider gets the turns in order, the model that was asked for and its key', async () => {
    const { client } = await signUp(server);
    const conversation_history = [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'First.' },
        { role: 'assistant', content: 'Second.' },
    ];
    const answer = await ask(client, 'plain question with history', { conversation_history, model: 'mock-small' });
    assert.match(answer.body.model, /mock-small/);
    const [request] = requestsWith('plain question with history');
    assert.equal(request.body.model, 'mock-small');
    const spoken = request.body.messages
        .filter(({ content }) => content !== undefined)
        .map(({ role, content }) => [role, content]);
    assert.deepEqual(spoken.slice(-4), [
        ['system', 'Be brief.'],
        ['user', 'First.'],
        ['assistant', 'Second.'],
        ['user', 'plain question with history'],
    ]);
    assert.equal(request.path, '/v1/chat/completions');
});

test('auto asks the configured provider before the embedded one', async () => {
    const { client } = await signUp(server);
    const { body } = await ask(client, 'plain question', { provider: 'auto' });
    assert.deepEqual([body.content, body.provider], ['A plain answer.', 'auto']);
});

test('a model names its provider', async () => {
    const { client } = await signUp(server);
    const { body } = await ask(client, 'plain question', { provider: 'mock-small' });
    assert.equal(body.content, 'A plain answer.');
    assert.match(body.model, /mock-small/);
});

test('a stored turn of a conversation goes to its own provider with its history', async () => {
    const { client } = await signUp(server);
    const id = await openConversation(client);
    for (const message of ['plain question of old', 'plain question of new']) {
        await client.expect(200, 'generate_chat_response', { body: { message, conversation_id: id } });
    }
    const request = requestsWith('plain question of new').at(-1);
    const contents = request.body.messages.map(({ content }) => content);
    assert.deepEqual(contents.slice(-3), ['plain question of old', 'A plain answer.', 'plain question of new']);
    const stored = (await messagesOf(client, id)).at(-1);
    assert.deepEqual([stored.provider, stored.usage.total_tokens], ['house', 16]);
});

test('a streamed answer is passed on in pieces, with its usage at the end', async () => {
    const { client } = await signUp(server);
    const id = await openConversation(client);
    const answer = await ask(client, 'streamed question', { stream: true, conversation_id: id });
    const pieces = answer.events.slice(0, -1).map(({ data }) => data.content);
    assert.ok(pieces.length > 1, 'in pieces');
    assert.equal(pieces.join(''), 'A streamed answer that comes in pieces.');
    const { event, data } = answer.events.at(-1);
    assert.equal(event, 'done');
    assert.equal(data.content, pieces.join(''));
    assert.deepEqual(data.usage, { prompt_tokens: 5, completion_tokens: 9, total_tokens: 14 });
    assert.equal((await messagesOf(client, id))[1].content, data.content);
});

test('pieces are passed on as they come, not at the end', async () => {
    const { client } = await signUp(server);
    const stream = await client.openStream({ message: 'slow question', provider: 'house' });
    const [first] = await stream.read(1);
    assert.equal(first.event, 'delta');
    const { events } = await stream.finish();
    assert.ok(events.length > 3);
});

for (const question of ['failing question', 'limited question', 'garbled question']) {
    test(`a ${question} is a 502, streamed or not, and leaves only the user's message`, async () => {
        const { client } = await signUp(server);
        for (const stream of [false, true]) {
            const id = await openConversation(client);
            assertError(await ask(client, question, { stream, conversation_id: id }), 502, 'provider_error');
            assert.deepEqual(
                (await messagesOf(client, id)).map(({ role }) => role),
                ['user'],
            );
        }
    });
}

test('a provider that does not answer in time is a 504', async () => {
    const { client } = await signUp(server);
    for (const stream of [false, true]) {
        assertError(await ask(client, 'stalling question', { stream }), 504, 'provider_timeout');
    }
});

test('a stream that breaks off ends with an error event, and the answer is not stored', async () => {
    const { client } = await signUp(server);
    const id = await openConversation(client);
    const answer = await ask(client, 'breaking question', { stream: true, conversation_id: id });
    assert.equal(answer.status, 200);
    assert.ok(answer.events.length >= 2, answer.text);
    const { event, data } = answer.events.at(-1);
    assert.deepEqual([event, data.detail.error], ['error', 'provider_error']);
    assert.deepEqual(
        (await messagesOf(client, id)).map(({ role }) => role),
        ['user'],
    );
});

test('auto goes on to the next provider where the first one fails', async () => {
    const { client } = await signUp(server);
    for (const stream of [false, true]) {
        const answer = await ask(client, 'divided question', { provider: 'auto', stream });
        assert.equal(answer.status, 200, answer.text);
        const body = stream ? answer.events.at(-1).data : answer.body;
        assert.deepEqual([body.provider, body.content], ['auto', 'From the spare one.']);
        assert.match(body.model, /spare-model/);
    }
});

test('auto fails where every provider failed', async () => {
    const { client } = await signUp(server);
    assertError(await ask(client, 'failing question', { provider: 'auto' }), 502, 'provider_error');
});

test('a provider that fails again and again rests: it is unavailable, is not called, and comes back', async () => {
    const { client } = await signUp(server);
    for (let count = 0; count < 3; count += 1)
        assertError(await ask(client, 'overloaded question'), 502, 'provider_error');
    const calls = mock.getRequests().length;
    assertError(await ask(client, 'plain question'), 503, 'unavailable');
    assert.equal(mock.getRequests().length, calls, 'none was called');
    const providers = await client.expect(200, 'list_ai_providers');
    const house = providers.find(({ id }) => id === 'house');
    assert.equal(house.available, false);
    assert.doesNotMatch(house.unavailable_reason, /127\.0\.0\.1|sk-/);
    assert.equal(providers[0].default_model, 'spare-model');
    server.clock.advance({ seconds: 31 });
    const answer = await ask(client, 'plain question');
    assert.equal(answer.status, 200, answer.text);
    assert.ok((await client.expect(200, 'list_ai_providers')).find(({ id }) => id === 'house').available);
});

test('a client that leaves a stream cancels the call, and the turn counts as failed', async () => {
    const { client } = await signUp(server);
    const id = await openConversation(client);
    const stream = await client.openStream({
        message: 'endless question of a stream',
        provider: 'house',
        conversation_id: id,
    });
    await stream.read(1);
    assert.equal(relay.isOpen('endless question of a stream'), true);
    stream.leave();
    await eventually('the call is cancelled', () => relay.isOpen('endless question of a stream') === false);
    assert.deepEqual(
        (await messagesOf(client, id)).map(({ role }) => role),
        ['user'],
    );
});

test('a client that leaves before the answer begins cancels the call too', async () => {
    const { client } = await signUp(server);
    const leave = new AbortController();
    const waiting = ask(client, 'endless question of a call', { signal: leave.signal });
    await eventually('the call is made', () => relay.isOpen('endless question of a call'));
    leave.abort();
    await assert.rejects(waiting);
    await eventually('the call is cancelled', () => relay.isOpen('endless question of a call') === false);
});

test('an answer whose conversation is deleted meanwhile is not stored', async () => {
    const { client } = await signUp(server);
    for (const stream of [false, true]) {
        const id = await openConversation(client);
        const waiting = ask(client, 'slow question', { conversation_id: id, stream });
        await eventually('the turn has begun', async () => (await messagesOf(client, id)).length === 1);
        await client.expect(204, 'delete_conversation', { params: { conversation_id: id } });
        const answer = await waiting;
        const error = stream ? answer.events.at(-1).data : answer.body;
        assert.equal(error.detail?.error, 'not_found', answer.text);
        assert.equal(answer.status, stream ? 200 : 404);
    }
});

test('a provider that is not there is a 502', async () => {
    const free = net.createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address();
    free.close();
    const lonely = new Server({ toml: openaiProvider('gone', `http://127.0.0.1:${port}/v1`) });
    await lonely.start();
    try {
        const { client } = await signUp(lonely);
        assertError(await ask(client, 'plain question', { provider: 'gone' }), 502, 'provider_error');
    } finally {
        await lonely.stop();
    }
});

test('the key of a provider is in no log', () => {
    assert.ok(server.log.length > 0);
    assert.ok(!server.log.includes(mockKey));
});

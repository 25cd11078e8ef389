import assert from 'node:assert/strict';
import test, { after, before, beforeEach } from 'node:test';
import { aiProvider, mockKey, openaiProvider, startAiMock } from './aiMock.mjs';
import { assertError } from './assertions.mjs';
import { BrokenPeer, breakdowns } from './brokenPeer.mjs';
import { eventually } from './eventually.mjs';
import { signUp } from './people.mjs';
import { Relay } from './relay.mjs';
import { Server } from './server.mjs';
import { shownOnFailure } from './setup.mjs';

// Lays down what holds for a provider of any kind, and gives a file what it needs for its own tests.
//   kind       of the provider `house`; `spare` comes after it, of kind openai
//   version    the last part of its base URL
//   keyHeader  the header in which its key is sent
export async function testProvider({ kind, version, keyHeader }) {
    const mock = await startAiMock();
    const spareMock = await startAiMock();
    const relay = await Relay.to(mock.port);
    const faults = Object.keys(breakdowns);
    const peers = await Promise.all(faults.map((fault) => BrokenPeer.start(breakdowns[fault])));
    const gone = await BrokenPeer.start(() => {});
    const modelOf = (index) => `model-of-${index}`;
    const broken = [...peers, gone].map(({ url }, index) =>
        aiProvider(`broken_${index}`, { kind, baseUrl: `${url}/${version}`, models: [modelOf(index)] }),
    );
    await gone.close();
    const server = new Server({
        toml: [
            aiProvider('house', { kind, baseUrl: `${relay.url}/${version}`, timeoutSeconds: 2 }),
            ...broken,
            openaiProvider('spare', `${spareMock.url}/v1`, {
                models: ['mock-large', ...broken.map((_, index) => modelOf(index))],
            }),
        ].join(''),
        settings: { 'limits.chat': 1000 },
    });
    before(() => server.start());
    shownOnFailure(server);
    after(async () => {
        await server.stop();
        await Promise.all([relay, ...peers].map((peer) => peer.close()));
        await Promise.all([mock, spareMock].map((each) => each.stop()));
    });
    // No test finds a provider resting by the fault of another.
    beforeEach(async () => {
        server.clock.advance({ seconds: 31 });
        const { client } = await signUp(server);
        await client.expect(200, 'generate_chat_response', { body: { message: 'plain question', provider: 'house' } });
    });

    const ask = (client, message, more = {}) =>
        client.call('generate_chat_response', { body: { message, provider: 'house', ...more } });
    const requestsWith = (text) =>
        mock.getRequests().filter(({ body }) => JSON.stringify(body ?? {}).includes(text));
    const usage = { prompt_tokens: 12, completion_tokens: 4, total_tokens: 16 };

    spareMock.onMessage('question', { content: 'From the spare one.' });
    mock.onMessage('plain question', { content: 'A plain answer.', usage });
    mock.onMessage('streamed question', { content: 'A streamed answer that comes in pieces.', usage }, { latency: 30 });
    mock.onMessage('overloaded question', { error: { message: 'no room', type: 'overloaded_error' }, status: 503 });
    mock.onMessage('failing question', { content: 'x' }, { chaos: { dropRate: 1 } });
    mock.onMessage('limited question', { content: 'x' }, { chaos: { rateLimitRate: 1 } });
    mock.onMessage('garbled question', { content: 'x' }, { chaos: { malformedRate: 1 } });
    mock.onMessage('dropped question', { content: 'x' }, { chaos: { disconnectRate: 1 } });
    mock.onMessage('stalling question', { content: 'too late' }, { chaos: { latencyMs: 8_000 } });
    mock.onMessage(
        'breaking question',
        { content: 'This answer is cut off before it has ended.' },
        { latency: 50, truncateAfterChunks: 5 },
    );
    mock.onMessage('endless question', { content: 'word '.repeat(60) }, { latency: 100 });

    test('a plain answer tells text, model and usage', async () => {
        const { client } = await signUp(server);
        const { body, status, text } = await ask(client, 'plain question');
        assert.equal(status, 200, text);
        assert.equal(body.content, 'A plain answer.');
        assert.equal(body.provider, 'house');
        assert.match(body.model, /mock-large/);
        assert.deepEqual(body.usage, usage);
    });

    test('a streamed answer is passed on in pieces, with its usage at the end', async () => {
        const { client } = await signUp(server);
        const answer = await ask(client, 'streamed question', { stream: true });
        assert.equal(answer.status, 200, answer.text);
        const pieces = answer.events.slice(0, -1).map(({ data }) => data.content);
        assert.ok(pieces.length > 1, 'in pieces');
        assert.equal(pieces.join(''), 'A streamed answer that comes in pieces.');
        const { event, data } = answer.events.at(-1);
        assert.equal(event, 'done');
        assert.equal(data.content, pieces.join(''));
        assert.deepEqual(data.usage, usage);
    });

    test('the provider gets the turns in order, the language, the model that was asked for and its key', async () => {
        const { client } = await signUp(server);
        const conversation_history = [
            { role: 'assistant', content: 'Hello, I am left out.' },
            { role: 'user', content: 'First.' },
            { role: 'assistant', content: 'Second.' },
            { role: 'system', content: 'Be brief.' },
        ];
        const more = { conversation_history, model: 'mock-small', user_language: 'de-AT' };
        const answer = await ask(client, 'plain question with history', more);
        assert.equal(answer.status, 200, answer.text);
        const [request] = requestsWith('plain question with history');
        assert.equal(request.body.model, 'mock-small');
        const [system, ...spoken] = request.body.messages.map(({ role, content }) => [role, content]);
        assert.deepEqual(spoken, [
            ['user', 'First.'],
            ['assistant', 'Second.'],
            ['user', 'plain question with history'],
        ]);
        assert.equal(system[0], 'system');
        assert.match(system[1], /"de-AT"[^]*\n\nBe brief\.$/);
        // The mock hides what is in a header for keys.
        assert.equal(request.headers[keyHeader], '[REDACTED]');
        assert.ok(!request.path.includes(mockKey));
    });

    for (const question of ['failing question', 'limited question', 'garbled question', 'dropped question']) {
        test(`a ${question} is a 502, and auto goes on to the next provider, streamed or not`, async () => {
            const { client } = await signUp(server);
            for (const stream of [false, true]) {
                assertError(await ask(client, question, { stream }), 502, 'provider_error');
                const answer = await ask(client, question, { stream, provider: 'auto', model: 'mock-large' });
                assert.equal(answer.status, 200, answer.text);
                const body = stream ? answer.events.at(-1).data : answer.body;
                assert.equal(body.content, 'From the spare one.');
            }
        });
    }

    for (const [index, fault] of [...faults, 'is not there'].entries()) {
        test(`a provider that ${fault} is a 502, and auto goes on to the next, streamed or not`, async () => {
            const { client } = await signUp(server);
            for (const stream of [false, true]) {
                const answer = await ask(client, 'question', { stream, provider: `broken_${index}` });
                assertError(answer, 502, 'provider_error');
            }
            for (const stream of [false, true]) {
                const answer = await ask(client, 'question', { stream, provider: 'auto', model: modelOf(index) });
                assert.equal(answer.status, 200, answer.text);
                const body = stream ? answer.events.at(-1).data : answer.body;
                assert.equal(body.content, 'From the spare one.');
            }
        });
    }

    test('a provider that does not answer in time is a 504, and auto goes on to the next', async () => {
        const { client } = await signUp(server);
        assertError(await ask(client, 'stalling question', { stream: true }), 504, 'provider_timeout');
        const answer = await ask(client, 'stalling question', { provider: 'auto', model: 'mock-large' });
        assert.equal(answer.body.content, 'From the spare one.', answer.text);
    });

    test('a stream that breaks off ends with an error event after its text', async () => {
        const { client } = await signUp(server);
        const answer = await ask(client, 'breaking question', { stream: true });
        assert.equal(answer.status, 200, answer.text);
        assert.ok(answer.events.length >= 2, answer.text);
        const { event, data } = answer.events.at(-1);
        assert.deepEqual([event, data.detail.error], ['error', 'provider_error']);
    });

    test('a client that leaves a stream cancels the call', async () => {
        const { client } = await signUp(server);
        const stream = await client.openStream({ message: 'endless question', provider: 'house' });
        await stream.read(1);
        assert.equal(relay.isOpen('endless question'), true);
        stream.leave();
        await eventually('the call is cancelled', () => relay.isOpen('endless question') === false);
    });

    test('a provider that is overloaded rests, which the list tells without address and key, and comes back', async () => {
        const { client } = await signUp(server);
        for (let count = 0; count < 3; count += 1)
            assertError(await ask(client, 'overloaded question'), 502, 'provider_error');
        const calls = mock.getRequests().length;
        assertError(await ask(client, 'plain question'), 503, 'unavailable');
        assert.equal(mock.getRequests().length, calls, 'none was called');
        const entry = async () => {
            const answer = await client.call('list_ai_providers');
            assert.doesNotMatch(answer.text, /127\.0\.0\.1|sk-mock/);
            return answer.body.find(({ id }) => id === 'house');
        };
        const { available, models } = await entry();
        assert.equal(available, false);
        assert.deepEqual(
            models.map(({ id }) => id),
            ['mock-large', 'mock-small'],
        );
        server.clock.advance({ seconds: 31 });
        assert.equal((await ask(client, 'plain question')).status, 200);
        assert.equal((await entry()).available, true);
    });

    test('failures are logged, and in no line is the key of a provider', () => {
        assert.match(server.log, /provider house: status 503/);
        assert.match(server.log, /provider broken_0: /);
        assert.ok(!server.log.includes(mockKey));
    });

    return { mock, server, ask, requestsWith };
}

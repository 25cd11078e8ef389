import assert from 'node:assert/strict';
import test, { after, before, beforeEach } from 'node:test';
import { openaiProvider, startAiMock } from '../support/aiMock.mjs';
import { assertError, countStatuses } from '../support/assertions.mjs';
import { eventually } from '../support/eventually.mjs';
import { logIn, makeKey, signUp } from '../support/people.mjs';
import { Server } from '../support/server.mjs';
import { shownOnFailure } from '../support/setup.mjs';

const mock = await startAiMock();
const server = new Server({
    toml: [
        openaiProvider('house', `${mock.url}/v1`),
        openaiProvider('spare', `${mock.url}/v1`, { models: ['spare-model'] }),
        '[ai.monthly]\nfree = 2\npro = 5\n',
    ].join(''),
    settings: { 'limits.chat': 1000, 'limits.address': 100_000 },
});
before(() => server.start());
shownOnFailure(server);
after(async () => {
    await server.stop();
    await mock.stop();
});

// A provider that failed three times in a row rests for half a minute.
beforeEach(() => server.clock.advance({ seconds: 31 }));

const usage = { prompt_tokens: 12, completion_tokens: 4, total_tokens: 16 };
mock.onMessage('plain question', { content: 'A plain answer.', usage });
mock.onMessage('limited question', { error: { message: 'slow down', type: 'rate_limit_error' }, status: 429 });
mock.on({ userMessage: 'divided question', model: 'mock-large' }, { error: { message: 'no' }, status: 429 });
mock.on({ userMessage: 'divided question', model: 'spare-model' }, { content: 'From the spare one.' });
mock.onMessage('endless question', { content: 'word '.repeat(60) }, { latency: 100 });
mock.onMessage('breaking question', { content: 'Cut off some time before its end.' }, { latency: 20, truncateAfterChunks: 3 });

function ask(client, message, more = {}) {
    return client.call('generate_chat_response', { body: { message, provider: 'auto', ...more } });
}

function usageOf(client) {
    return client.expect(200, 'get_ai_usage');
}

async function signUpOn(plan) {
    const person = await signUp(server);
    if (plan !== 'free') await server.admin('set-plan', person.username, plan);
    return person;
}

test('the month begins with all that the plan grants', async () => {
    for (const [plan, limit] of Object.entries({ free: 2, pro: 5, enterprise: null })) {
        const { client } = await signUpOn(plan);
        const { period, resets_at, ...rest } = await usageOf(client);
        assert.deepEqual(rest, { plan, limit, used: 0, remaining: limit, by_provider: [] });
        const now = server.clock.now();
        assert.equal(period, now.toISOString().slice(0, 7));
        assert.equal(resets_at, new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)).toISOString());
    }
});

test('answers are counted by the provider and model that gave them, whole, streamed and stored', async () => {
    const { client } = await signUpOn('pro');
    const { id } = await client.expect(201, 'create_conversation');
    for (const more of [{}, { stream: true }, { conversation_id: id }, { conversation_id: id, stream: true }]) {
        assert.equal((await ask(client, 'plain question', more)).status, 200);
    }
    assert.equal((await ask(client, 'divided question')).status, 200);
    const { used, remaining, by_provider } = await usageOf(client);
    assert.deepEqual([used, remaining], [5, 0]);
    assert.deepEqual(
        by_provider.map(({ provider, calls }) => [provider, calls]),
        [
            ['house', 4],
            ['spare', 1],
        ],
    );
    assert.deepEqual([by_provider[0].prompt_tokens, by_provider[0].completion_tokens], [48, 16]);
    await client.expect(204, 'delete_conversation', { params: { conversation_id: id } });
    assert.equal((await usageOf(client)).used, 5);
});

test('past the limit a question is refused to the end of the month, and changes nothing', async () => {
    const { client } = await signUpOn('free');
    const { id } = await client.expect(201, 'create_conversation');
    for (let count = 0; count < 2; count += 1) assert.equal((await ask(client, 'plain question')).status, 200);
    const calls = mock.getRequests().length;
    for (const stream of [false, true]) {
        for (const more of [{}, { conversation_id: id }, { provider: 'house' }]) {
            const answer = await ask(client, 'plain question', { stream, ...more });
            assertError(answer, 429, 'ai_quota_exceeded');
            const end = new Date((await usageOf(client)).resets_at);
            const wait = Number(answer.headers.get('Retry-After')) * 1000;
            assert.ok(Math.abs(end - server.clock.now() - wait) < 5_000, `${wait}`);
        }
    }
    assert.equal(mock.getRequests().length, calls, 'no provider was called');
    assert.deepEqual(await client.expect(200, 'list_messages', { params: { conversation_id: id } }), []);
    const absent = '019df244-fa20-74ae-87b2-b94176a5dbcf';
    assertError(await ask(client, 'plain question', { conversation_id: absent }), 404, 'not_found');
    assert.equal((await usageOf(client)).used, 2);
});

test('what the server makes by itself is free, before and after the limit', async () => {
    const { client } = await signUpOn('free');
    for (let count = 0; count < 3; count += 1)
        assert.equal((await ask(client, 'Hello', { provider: 'extractive' })).status, 200);
    assert.equal((await usageOf(client)).used, 0);
    for (let count = 0; count < 2; count += 1) await ask(client, 'plain question');
    assertError(await ask(client, 'plain question'), 429, 'ai_quota_exceeded');
    assert.equal((await ask(client, 'Hello', { provider: 'extractive' })).status, 200);
    assert.equal((await usageOf(client)).used, 2);
});

test('a failure that made no answer is not counted', async () => {
    const { client } = await signUpOn('free');
    const { id } = await client.expect(201, 'create_conversation');
    for (let count = 0; count < 3; count += 1) {
        const more = { stream: count % 2 === 1, conversation_id: id, provider: 'house' };
        assertError(await ask(client, 'limited question', more), 502, 'provider_error');
    }
    assert.equal((await usageOf(client)).used, 0);
    assert.equal((await ask(client, 'plain question')).status, 200);
    assert.equal((await ask(client, 'plain question')).status, 200);
    assert.equal((await usageOf(client)).used, 2);
});

test('an answer that began counts where it breaks off and where the client leaves it', async () => {
    const { client } = await signUpOn('free');
    const broken = await ask(client, 'breaking question', { stream: true, provider: 'house' });
    assert.equal(broken.events.at(-1).event, 'error', broken.text);
    await eventually('the broken one counts', async () => (await usageOf(client)).used === 1);
    const stream = await client.openStream({ message: 'endless question', provider: 'house' });
    await stream.read(1);
    stream.leave();
    await eventually('the one that was left counts', async () => (await usageOf(client)).used === 2);
    assertError(await ask(client, 'plain question'), 429, 'ai_quota_exceeded');
});

test('questions at once do not get past the limit together', async () => {
    const { client } = await signUpOn('pro');
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(client, 'plain question')));
    assert.deepEqual(countStatuses(answers), { 200: 5, 429: 3 });
    for (const answer of answers.filter(({ status }) => status === 429))
        assertError(answer, 429, 'ai_quota_exceeded');
    assert.equal((await usageOf(client)).used, 5);
});

test('a higher plan counts at once', async () => {
    const { client, username } = await signUpOn('free');
    for (let count = 0; count < 2; count += 1) await ask(client, 'plain question');
    assertError(await ask(client, 'plain question'), 429, 'ai_quota_exceeded');
    await server.admin('set-plan', username, 'enterprise');
    assert.equal((await ask(client, 'plain question')).status, 200);
    const { plan, used, limit, remaining } = await usageOf(client);
    assert.deepEqual([plan, used, limit, remaining], ['enterprise', 3, null, null]);
});

test("another user's answers are not mine", async () => {
    const { client } = await signUpOn('free');
    await ask(client, 'plain question');
    const other = await signUpOn('free');
    assert.equal((await usageOf(other.client)).used, 0);
});

test('an API key uses and reads the quota of its maker', async () => {
    const person = await signUpOn('pro');
    const key = await makeKey(person, ['conversations:read', 'conversations:write']);
    assert.equal((await ask(key.client, 'plain question')).status, 200);
    assert.deepEqual(await usageOf(key.client), await usageOf(person.client));
    const { plan, used, limit } = await usageOf(key.client);
    assert.deepEqual([plan, used, limit], ['pro', 1, 5]);
});

// The last one: it moves the clock of all.
test('with the next month the count begins again', async () => {
    const { client, username } = await signUpOn('free');
    for (let count = 0; count < 2; count += 1) await ask(client, 'plain question');
    const { resets_at } = await usageOf(client);
    server.clock.advance({ milliseconds: new Date(resets_at) - server.clock.now() });
    const { access_token: token } = await logIn(client, username);
    const later = client.with({ token });
    assert.equal((await usageOf(later)).used, 0);
    assert.equal((await ask(later, 'plain question')).status, 200);
});

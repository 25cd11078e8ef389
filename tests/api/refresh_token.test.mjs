import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults, countStatuses } from '../support/assertions.mjs';
import { logIn, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ settings: { 'limits.refresh-address': 1000 } });

function refresh(client, token) {
    return client.call('refresh_token', { body: { refresh_token: token }, token: undefined });
}

async function refreshed(client, token) {
    const answer = await refresh(client, token);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
}

function isOpen(client, accessToken) {
    return client.call('get_current_user', { token: accessToken }).then(({ status }) => status === 200);
}

test('a refresh token buys a new pair that works, and that one the next', async () => {
    const { client, tokens } = await signUp(server);
    const second = await refreshed(client, tokens.refresh_token);
    assert.notEqual(second.refresh_token, tokens.refresh_token);
    assert.notEqual(second.access_token, tokens.access_token);
    assert.equal(second.expires_in, 900);
    assert.ok(await isOpen(client, second.access_token));
    await refreshed(client, second.refresh_token);
});

test('a session outlives its access tokens by being refreshed', async () => {
    const { client, tokens } = await signUp(server);
    server.clock.advance({ days: 29 });
    const second = await refreshed(client, tokens.refresh_token);
    assert.ok(await isOpen(client, second.access_token));
    server.clock.advance({ days: 29 });
    await refreshed(client, second.refresh_token);
});

test('a refresh token of 30 days has expired', async () => {
    const { client, tokens } = await signUp(server);
    server.clock.advance({ days: 30, seconds: 1 });
    assertError(await refresh(client, tokens.refresh_token), 401, 'token_expired');
});

test('what is no refresh token buys nothing', async () => {
    const { client, tokens } = await signUp(server);
    const changed = tokens.refresh_token.slice(0, -1) + (tokens.refresh_token.endsWith('A') ? 'B' : 'A');
    for (const token of ['x', changed, tokens.access_token, tokens.refresh_token.toUpperCase()]) {
        assertError(await refresh(client, token), 401, 'invalid_token');
    }
    assertFaults(await refresh(client, ''), ['/refresh_token']);
    assertFaults(await refresh(client, 'x'.repeat(513)), ['/refresh_token']);
    assertFaults(await client.call('refresh_token', { body: {} }), ['/refresh_token']);
    assert.ok(await isOpen(client, tokens.access_token), 'guesses end no session');
});

test('for 20 seconds a spent token buys further pairs, five in all, each good by itself', async () => {
    const { client, tokens } = await signUp(server);
    const pairs = [];
    for (let count = 0; count < 5; count += 1) {
        pairs.push(await refreshed(client, tokens.refresh_token));
        server.clock.advance({ seconds: 4 });
    }
    assert.equal(new Set(pairs.map((pair) => pair.refresh_token)).size, 5);
    for (const pair of pairs) {
        assert.ok(await isOpen(client, pair.access_token));
        await refreshed(client, pair.refresh_token);
    }
});

test('a sixth use within the 20 seconds is reuse', async () => {
    const { client, tokens } = await signUp(server);
    const pairs = [];
    for (let count = 0; count < 5; count += 1) pairs.push(await refreshed(client, tokens.refresh_token));
    assertError(await refresh(client, tokens.refresh_token), 401, 'refresh_token_reused');
    assert.equal(await isOpen(client, pairs[4].access_token), false);
});

test('a reused refresh token ends its whole session, and no other', async () => {
    const { client, tokens, username } = await signUp(server);
    const other = await logIn(client, username);
    const second = await refreshed(client, tokens.refresh_token);
    const third = await refreshed(client, second.refresh_token);
    server.clock.advance({ seconds: 21 });
    assertError(await refresh(client, tokens.refresh_token), 401, 'refresh_token_reused');
    for (const pair of [tokens, second, third]) {
        assert.equal(await isOpen(client, pair.access_token), false);
        assert.equal((await refresh(client, pair.refresh_token)).status, 401);
    }
    assertError(await refresh(client, third.refresh_token), 401, 'invalid_token');
    assert.ok(await isOpen(client, other.access_token));
    await refreshed(client, other.refresh_token);
});

test('the 20 seconds are counted from the first use', async () => {
    const { client, tokens } = await signUp(server);
    await refreshed(client, tokens.refresh_token);
    server.clock.advance({ seconds: 15 });
    await refreshed(client, tokens.refresh_token);
    server.clock.advance({ seconds: 6 });
    assertError(await refresh(client, tokens.refresh_token), 401, 'refresh_token_reused');
});

test('ten uses at once buy at most five pairs, and never a fault of the server', async () => {
    const { client, tokens } = await signUp(server);
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(client, tokens.refresh_token)));
    const counts = countStatuses(answers);
    assert.deepEqual(Object.keys(counts).sort(), ['200', '401']);
    assert.ok(counts[200] <= 5, `${counts[200]} pairs`);
    const bought = answers.filter(({ status }) => status === 200).map(({ body }) => body.refresh_token);
    assert.equal(new Set(bought).size, bought.length);
});

test('two tabs that refresh at once both stay logged in', async () => {
    const { client, tokens } = await signUp(server);
    const pairs = await Promise.all([1, 2].map(() => refreshed(client, tokens.refresh_token)));
    for (const pair of pairs) {
        assert.ok(await isOpen(client, pair.access_token));
        server.clock.advance({ minutes: 1 });
        await refreshed(client, pair.refresh_token);
    }
});

test('sessions outlive a restart of the server', async () => {
    const { client, tokens } = await signUp(server);
    await server.restart();
    assert.ok(await isOpen(client, tokens.access_token));
    await refreshed(client, tokens.refresh_token);
});

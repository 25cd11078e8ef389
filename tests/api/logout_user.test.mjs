import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { logIn, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

async function assertEnded(client, pair) {
    assertError(await client.call('get_current_user', { token: pair.access_token }), 401, 'invalid_token');
    const answer = await client.call('refresh_token', { body: { refresh_token: pair.refresh_token } });
    assertError(answer, 401, 'invalid_token');
}

test('logout ends both tokens of the session at once, and leaves the others', async () => {
    const { client, tokens, username } = await signUp(server);
    const other = await logIn(client, username);
    const answer = await client.expect(200, 'logout_user', { body: {} });
    assert.equal(answer.sessions_revoked, 1);
    await assertEnded(client, tokens);
    await client.expect(200, 'get_current_user', { token: other.access_token });
    await client.expect(200, 'refresh_token', { body: { refresh_token: other.refresh_token } });
});

test('every pair of a session ends with it', async () => {
    const { client, tokens } = await signUp(server);
    const second = await client.expect(200, 'refresh_token', { body: { refresh_token: tokens.refresh_token } });
    await client.expect(200, 'logout_user', { token: second.access_token });
    await assertEnded(client, tokens);
    await assertEnded(client, second);
});

test('an absent body is the same as {}', async () => {
    const { client, tokens } = await signUp(server);
    await client.expect(200, 'logout_user');
    await assertEnded(client, tokens);
});

test('all_sessions ends every session of the user, and of nobody else', async () => {
    const { client, tokens, username } = await signUp(server);
    const stranger = await signUp(server);
    const others = [await logIn(client, username), await logIn(client, username)];
    const answer = await client.expect(200, 'logout_user', { body: { all_sessions: true } });
    assert.equal(answer.sessions_revoked, 3);
    for (const pair of [tokens, ...others]) await assertEnded(client, pair);
    await stranger.client.expect(200, 'get_current_user');
});

test('a session that is ended is not counted again', async () => {
    const { client, username } = await signUp(server);
    const other = await logIn(client, username);
    await client.expect(200, 'logout_user');
    const answer = await client.expect(200, 'logout_user', { token: other.access_token, body: { all_sessions: true } });
    assert.equal(answer.sessions_revoked, 1);
});

test('a malformed body ends nothing', async () => {
    const { client } = await signUp(server);
    assertFaults(await client.call('logout_user', { body: { all_sessions: 'yes' } }), ['/all_sessions']);
    await client.expect(200, 'get_current_user');
});

test('logging out does not hinder the next login', async () => {
    const { client, username } = await signUp(server);
    await client.expect(200, 'logout_user', { body: { all_sessions: true } });
    const pair = await logIn(client, username);
    await client.expect(200, 'get_current_user', { token: pair.access_token });
});

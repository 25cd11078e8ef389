import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeProtectedHeader, decodeJwt } from 'jose';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { freshName, logIn, signUp, usualPassword } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ settings: { 'limits.login-address': 8, 'limits.login-account': 4 } });

function tryToLogIn(client, username, password) {
    return client.call('login_user', { form: { username, password } });
}

test('a session is opened by username or e-mail address, in any case of letters', async () => {
    const { client, username, email } = await signUp(server);
    for (const name of [username, username.toUpperCase(), email, email.toUpperCase()]) await logIn(client, name);
});

test('the pair is a signed token of 15 minutes with a key id, and an opaque token', async () => {
    const { tokens, profile } = await signUp(server);
    assert.equal(tokens.token_type, 'bearer');
    assert.equal(tokens.expires_in, 900);
    const header = decodeProtectedHeader(tokens.access_token);
    assert.ok(header.kid, 'the token names its key');
    const claims = decodeJwt(tokens.access_token);
    assert.equal(claims.sub, profile.id);
    assert.equal(claims.exp - claims.iat, 900);
    assert.throws(() => decodeJwt(tokens.refresh_token));
});

test('what OAuth 2.0 clients send along is taken, another grant is not', async () => {
    const { client, username, password } = await signUp(server);
    const form = { grant_type: 'password', username, password, scope: 'all', client_id: 'x', client_secret: 'y' };
    await client.expect(200, 'login_user', { form });
    assertFaults(await client.call('login_user', { form: { ...form, grant_type: 'client_credentials' } }), [
        'grant_type',
    ]);
});

test('missing and overlong fields of the form are named', async () => {
    const client = new Client(server);
    assertFaults(await client.call('login_user', { form: {} }), ['username', 'password']);
    const long = { username: 'x'.repeat(255), password: 'x'.repeat(129) };
    assertFaults(await client.call('login_user', { form: long }), ['username', 'password']);
});

test('an unknown user and a wrong password get the same answer', async () => {
    const { client, username } = await signUp(server);
    const wrong = await tryToLogIn(client, username, 'wrong password here');
    const unknown = await tryToLogIn(client, freshName(), usualPassword);
    assertError(wrong, 401, 'invalid_credentials');
    assert.deepEqual(unknown.body.detail, wrong.body.detail);
    const names = (answer) => [...answer.headers.keys()].sort();
    assert.deepEqual(names(unknown), names(wrong));
});

test('failed tries from one address are limited, whatever accounts they name', async () => {
    const client = new Client(server);
    const statuses = [];
    for (let count = 0; count < 9; count += 1)
        statuses.push((await tryToLogIn(client, freshName(), 'guess number one')).status);
    assert.deepEqual(statuses.slice(0, 8), Array(8).fill(401));
    assert.equal(statuses[8], 429);
    const stopped = await tryToLogIn(client, freshName(), 'guess number one');
    assertError(stopped, 429, 'rate_limited');
    server.clock.advance({ seconds: Number(stopped.headers.get('Retry-After')) });
    assertError(await tryToLogIn(client, freshName(), 'guess number one'), 401, 'invalid_credentials');
});

test('failed tries for one account are limited from everywhere, and told alike where there is none', async () => {
    const { username, password } = await signUp(server);
    for (const name of [username, freshName()]) {
        for (let count = 0; count < 4; count += 1) {
            assertError(await tryToLogIn(new Client(server), name, 'guess number one'), 401, 'invalid_credentials');
        }
        assertError(await tryToLogIn(new Client(server), name, password), 429, 'rate_limited');
    }
});

test('strangers who guess do not lock the owner out', async () => {
    const { client, username } = await signUp(server);
    for (let count = 0; count < 6; count += 1) await tryToLogIn(new Client(server), username, 'guess number one');
    assertError(await tryToLogIn(new Client(server), username, usualPassword), 429, 'rate_limited');
    await logIn(client, username);
});

test('the limit of an account ends with time', async () => {
    const { username } = await signUp(server);
    for (let count = 0; count < 5; count += 1) await tryToLogIn(new Client(server), username, 'guess number one');
    const stopped = await tryToLogIn(new Client(server), username, usualPassword);
    assertError(stopped, 429, 'rate_limited');
    server.clock.advance({ seconds: Number(stopped.headers.get('Retry-After')) });
    await logIn(new Client(server), username);
});

test('the limit does not tell which e-mail address belongs to a username', async () => {
    const { username, email } = await signUp(server);
    const pairs = [
        [username, email],
        ['nobody.at.all', 'nobody.at.all@example.com'],
    ];
    for (const [name, address] of pairs) {
        for (const typed of [name, name.toUpperCase(), name, name]) {
            assertError(await tryToLogIn(new Client(server), typed, 'guess number one'), 401, 'invalid_credentials');
        }
        assertError(await tryToLogIn(new Client(server), name, 'guess number one'), 429, 'rate_limited');
        assertError(await tryToLogIn(new Client(server), address, 'guess number one'), 401, 'invalid_credentials');
    }
});

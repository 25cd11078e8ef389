import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults, countStatuses } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { tokenIn, useMailedServer } from '../support/mailServer.mjs';
import { logIn, signUp } from '../support/people.mjs';

const { server, mail } = useMailedServer();
const next = 'staple-and-two-more-words';

function reset(token, new_password = next) {
    return new Client(server).call('reset_password', { body: { token, new_password } });
}

// The token of the count-th link of an account.
async function forget(email, count = 1) {
    await new Client(server).expect(202, 'request_password_reset', { body: { email } });
    return tokenIn(await mail.arrived(email, 1 + count), 'reset-password');
}

function assertUsedUp(answer) {
    assertFaults(answer, ['/token']);
    assert.equal(answer.body.detail.errors[0].message, 'is unknown, used or too old');
}

test('the link sets a new password, ends all sessions and verifies the address', async () => {
    const { client, username, email, tokens, password } = await signUp(server);
    const answer = await reset(await forget(email));
    assert.equal(answer.status, 200);
    assertError(await client.call('get_current_user'), 401, 'invalid_token');
    const body = { refresh_token: tokens.refresh_token };
    assertError(await client.call('refresh_token', { body }), 401, 'invalid_token');
    await client.expect(401, 'login_user', { form: { username, password } });
    const { access_token: token } = await logIn(client, username, next);
    assert.equal((await client.expect(200, 'get_current_user', { token })).email_verified, true);
});

test('a link is good once, and its use ends the others', async () => {
    const { email } = await signUp(server);
    const [first, second] = [await forget(email, 1), await forget(email, 2)];
    assert.equal((await reset(second)).status, 200);
    assertUsedUp(await reset(second));
    assertUsedUp(await reset(first));
});

test('of uses that collide one counts', async () => {
    const { email } = await signUp(server);
    const token = await forget(email);
    const answers = await Promise.all(Array.from({ length: 4 }, () => reset(token)));
    assert.deepEqual(countStatuses(answers), { 200: 1, 400: 3 });
});

test('a link is good for an hour', async () => {
    const { email } = await signUp(server);
    const token = await forget(email);
    server.clock.advance({ hours: 1, seconds: 1 });
    assertUsedUp(await reset(token));
});

test('a fault of the form spends no token', async () => {
    const { email } = await signUp(server);
    const token = await forget(email);
    assertFaults(await reset(token, 'short'), ['/new_password']);
    assertFaults(await new Client(server).call('reset_password', { body: {} }), ['/token', '/new_password']);
    assert.equal((await reset(token)).status, 200);
});

test('a change of the password uses the link up', async () => {
    const { client, email, password } = await signUp(server);
    const token = await forget(email);
    await client.expect(200, 'update_current_user', { body: { current_password: password, new_password: next } });
    assertUsedUp(await reset(token, 'yet another password'));
    await logIn(client, email, next);
});

test('the operator too uses it up, by a new password and by deactivating', async () => {
    for (const command of [['reset-password', '--generate'], ['deactivate-user']]) {
        const { email, username } = await signUp(server);
        const token = await forget(email);
        await server.admin(command[0], username, ...command.slice(1));
        assertUsedUp(await reset(token));
    }
});

test('unknown tokens and those of other links are no good', async () => {
    const { email } = await signUp(server);
    assertUsedUp(await reset('unknown'));
    assertUsedUp(await reset('q7Zt0mXW4cJ2yR9uKfA1sLpE8dVhNb3oGxT6iQwY5Ck'));
    assertUsedUp(await reset(tokenIn(await mail.arrived(email), 'verify-email')));
});

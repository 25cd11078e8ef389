import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { tokenIn, useMailedServer } from '../support/mailServer.mjs';
import { freshName, logIn, signUp } from '../support/people.mjs';

const { server, mail } = useMailedServer();

function verify(token) {
    return new Client(server).call('verify_email', { body: { token } });
}

async function tokenTo(address, count = 1) {
    return tokenIn(await mail.arrived(address, count), 'verify-email');
}

function change({ client, password }, email) {
    return client.expect(200, 'update_current_user', { body: { email, current_password: password } });
}

test('the link of a registration verifies its address once', async () => {
    const { client, email } = await signUp(server);
    const token = await tokenTo(email);
    assert.equal((await verify(token)).status, 200);
    assert.equal((await client.expect(200, 'get_current_user')).email_verified, true);
    assertFaults(await verify(token), ['/token']);
});

test('a pending address becomes the address of the account, and the old one was told', async () => {
    const person = await signUp(server);
    const wanted = `${freshName()}@example.org`;
    const pending = await change(person, wanted);
    assert.deepEqual([pending.email, pending.pending_email], [person.email, wanted]);
    const notice = await mail.arrived(person.email, 2);
    assert.match(notice.subject, /address is to be changed/);
    assert.doesNotMatch(notice.text, /https?:/);
    await person.client.expect(401, 'login_user', { form: { username: wanted, password: person.password } });

    assert.equal((await verify(await tokenTo(wanted))).status, 200);
    const moved = await person.client.expect(200, 'get_current_user');
    assert.deepEqual([moved.email, moved.email_verified, moved.pending_email], [wanted, true, null]);
    await logIn(person.client, wanted);
    assertFaults(await verify(await tokenTo(person.email)), ['/token']);
});

test('where the pending address got another account nothing changes, and the token stays good', async () => {
    const person = await signUp(server);
    const username = freshName();
    const wanted = `${username}@example.com`;
    await change(person, wanted);
    const token = await tokenTo(wanted);
    const other = await signUp(server, { username });
    assertError(await verify(token), 409, 'email_taken');
    assert.equal((await person.client.expect(200, 'get_current_user')).pending_email, wanted);
    const body = { current_password: other.password };
    assert.equal((await other.client.call('delete_current_user', { body })).status, 204);
    assert.equal((await verify(token)).status, 200);
});

test('the present address ends a pending change', async () => {
    const person = await signUp(server);
    const wanted = `${freshName()}@example.org`;
    await change(person, wanted);
    const ended = await change(person, person.email.toUpperCase());
    assert.deepEqual([ended.email, ended.pending_email], [person.email, null]);
    assertFaults(await verify(await tokenTo(wanted)), ['/token']);
});

test('a link is good for a day', async () => {
    const { email } = await signUp(server);
    const token = await tokenTo(email);
    server.clock.advance({ hours: 24, seconds: 1 });
    assertFaults(await verify(token), ['/token']);
});

test('a token that is unknown or missing is a fault', async () => {
    assertFaults(await verify('unknown'), ['/token']);
    assertFaults(await new Client(server).call('verify_email', { body: {} }), ['/token']);
});

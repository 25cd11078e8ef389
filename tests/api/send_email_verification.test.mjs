import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { tokenIn, useMailedServer } from '../support/mailServer.mjs';
import { freshName, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const { server, mail } = useMailedServer();
const mailless = useServer();

function verify(letter) {
    return new Client(server).call('verify_email', { body: { token: tokenIn(letter, 'verify-email') } });
}

test('a fresh link is sent, and those sent before stay good until one is used', async () => {
    const { client, email } = await signUp(server);
    const first = await mail.arrived(email);
    await client.expect(202, 'send_email_verification');
    const second = await mail.arrived(email, 2);
    assert.equal((await verify(first)).status, 200);
    assertError(await verify(second), 400, 'validation_error');
});

test('where an address is pending the link goes there', async () => {
    const { client, email, password } = await signUp(server);
    await verify(await mail.arrived(email));
    assertError(await client.call('send_email_verification'), 409, 'already_verified');
    const wanted = `${freshName()}@example.org`;
    await client.expect(200, 'update_current_user', { body: { email: wanted, current_password: password } });
    await client.expect(202, 'send_email_verification');
    await mail.arrived(wanted, 2);
});

test('the sixth link of an hour is refused, told with the time to wait', async () => {
    const { client } = await signUp(server);
    for (let count = 0; count < 4; count += 1) await client.expect(202, 'send_email_verification');
    const answer = await client.call('send_email_verification');
    assertError(answer, 429, 'rate_limited');
    const wait = Number(answer.headers.get('Retry-After'));
    assert.ok(wait > 3500 && wait <= 3600, `${wait}`);
});

test('a change to an address that got five links is refused and changes nothing', async () => {
    const { client, password } = await signUp(server);
    const wanted = `${freshName()}@example.org`;
    const body = { email: wanted, current_password: password };
    for (let count = 0; count < 5; count += 1) await client.expect(200, 'update_current_user', { body });
    const other = await signUp(server);
    const answer = await other.client.call('update_current_user', { body: { ...body, bio: 'changed' } });
    assertError(answer, 429, 'rate_limited');
    assert.deepEqual(await other.client.expect(200, 'get_current_user'), other.profile);
});

test('without mail there is none to send', async () => {
    const { client } = await signUp(mailless);
    assertError(await client.call('send_email_verification'), 503, 'mail_not_configured');
});

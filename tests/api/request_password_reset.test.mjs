import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { tokenIn, useMailedServer } from '../support/mailServer.mjs';
import { freshName, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const { server, mail } = useMailedServer();
const mailless = useServer();

function ask(email, options = {}) {
    return new Client(server).call('request_password_reset', { body: { email }, ...options });
}

// After it every mail that was asked for before has been sent.
async function everyMailIsOut() {
    const { email } = await signUp(server);
    await ask(email);
    await mail.arrived(email, 2);
}

test('an account gets a mail with a link for a new password', async () => {
    const { email, username } = await signUp(server);
    assert.equal((await ask(email.toUpperCase())).status, 202);
    const letter = await mail.arrived(email, 2);
    assert.deepEqual(letter.from, { address: 'no-reply@example.com', name: 'Xentree' });
    assert.match(letter.subject, /password/);
    assert.match(letter.text, /one hour/);
    assert.ok(!letter.text.includes(username)); // whoever registered the address chose it
    tokenIn(letter, 'reset-password');
});

test('whoever has no account is answered alike and gets no mail', async () => {
    const [nobody, somebody] = [`${freshName()}@example.com`, (await signUp(server)).email];
    const [first, second] = [await ask(nobody), await ask(somebody)];
    assert.deepEqual([first.status, first.text], [second.status, second.text]);
    await everyMailIsOut();
    assert.equal(mail.to(nobody).length, 0);
});

test('a deactivated account gets no mail', async () => {
    const { email, username } = await signUp(server);
    await server.admin('deactivate-user', username);
    assert.equal((await ask(email)).status, 202);
    await everyMailIsOut();
    assert.equal(mail.to(email).length, 1); // of the registration
});

test('the sixth link of an hour is not sent, and answered as ever', async () => {
    const { email } = await signUp(server);
    for (let count = 0; count < 6; count += 1) assert.equal((await ask(email)).status, 202);
    await everyMailIsOut();
    assert.equal(mail.to(email).length, 6);
    server.clock.advance({ hours: 1, seconds: 1 });
    await ask(email);
    await mail.arrived(email, 7);
});

test('requests from one address are limited', async () => {
    const client = new Client(server);
    const body = { email: 'nobody@example.com' };
    for (let count = 0; count < 10; count += 1) await client.expect(202, 'request_password_reset', { body });
    assertError(await client.call('request_password_reset', { body }), 429, 'rate_limited');
});

test('an address that is none is a fault', async () => {
    assertFaults(await ask('nobody'), ['/email']);
    assertFaults(await new Client(server).call('request_password_reset', { body: {} }), ['/email']);
});

test('without mail there are no links, whoever asks', async () => {
    const { email } = await signUp(mailless);
    for (const address of [email, 'nobody@example.com']) {
        const answer = await new Client(mailless).call('request_password_reset', { body: { email: address } });
        assertError(answer, 503, 'mail_not_configured');
    }
});

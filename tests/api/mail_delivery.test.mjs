import assert from 'node:assert/strict';
import test from 'node:test';
import { eventually } from '../support/eventually.mjs';
import { mailLogin, tokenIn, useMailedServer } from '../support/mailServer.mjs';
import { freshName, signUp } from '../support/people.mjs';

const guarded = useMailedServer({ mail: { starttls: true } });
const plain = useMailedServer({
    mail: { refuses: (address) => (address.startsWith('refused') ? 550 : undefined) },
});

function signUpAs(server, prefix) {
    const username = freshName(prefix);
    return signUp(server, { username });
}

test('mail goes by STARTTLS with a login, to a server whose certificate is trusted', async () => {
    const { server, mail } = guarded;
    const { email } = await signUp(server);
    tokenIn(await mail.arrived(email), 'verify-email');
    assert.deepEqual(mail.sessions.at(-1), { secure: true, user: mailLogin.user });
});

test('a mail waits for a server that is down and comes when it is back', async () => {
    const { server, mail } = plain;
    await mail.stop();
    const { email } = await signUp(server);
    await server.logged(/is tried again at/);
    await mail.start();
    server.clock.advance({ minutes: 1 });
    await mail.arrived(email);
});

test('a recipient that is refused for good ends that mail alone, and its address is not logged', async () => {
    const { server, mail } = plain;
    const refused = await signUpAs(server, 'refused');
    const { email } = await signUp(server);
    await mail.arrived(email);
    await server.logged(/is given up: .*550/);
    assert.equal(mail.to(refused.email).length, 0);
    assert.ok(!server.log.includes(refused.email));
});

test('a mail that was put down before kill -9 is sent after the restart, once', async () => {
    const { server, mail } = plain;
    await mail.stop();
    const { email } = await signUp(server);
    await server.kill();
    await mail.start();
    await server.start();
    server.clock.advance({ minutes: 6 }); // past the lease that the dead one may have had
    await mail.arrived(email);
    const { email: later } = await signUp(server);
    await mail.arrived(later);
    assert.equal(mail.to(email).length, 1);
});

test('a password that was forgotten before kill -9 gets its mail after the restart', async () => {
    const { server, mail } = plain;
    const { client, email } = await signUp(server);
    await mail.arrived(email);
    await client.expect(202, 'request_password_reset', { body: { email } });
    await server.kill();
    await server.start();
    await eventually('the mail is sent', () => {
        server.clock.advance({ minutes: 1 });
        return mail.to(email).length >= 2;
    });
    tokenIn(mail.to(email)[1], 'reset-password');
});

test('no mailed token is in a log or in the answers', async () => {
    const { server, mail } = plain;
    const { client, email } = await signUp(server);
    const token = tokenIn(await mail.arrived(email), 'verify-email');
    const { text } = await client.call('verify_email', { body: { token } });
    assert.ok(!text.includes(token));
    assert.ok(!server.log.includes(token));
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import test from 'node:test';
import { promisify } from 'node:util';
import { programEnvironment } from '../support/environment.mjs';
import { eventually } from '../support/eventually.mjs';
import { mailLogin, tokenIn, useMailedServer } from '../support/mailServer.mjs';
import { binary } from '../support/paths.mjs';
import { freshName, signUp } from '../support/people.mjs';

const guarded = useMailedServer({ mail: { starttls: true }, settings: { 'metrics-key': 'key of the metrics' } });
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

// What doctor says of the mail server.
async function examine({ server, mail }, changes = {}) {
    const settings = Object.entries({ ...mail.settings, ...changes }).flatMap(([name, value]) => [`--${name}`, value]);
    const args = ['doctor', '--data', server.dataDirectory, ...settings.map(String)];
    const { stdout } = await promisify(execFile)(binary, args, { env: programEnvironment() }).catch((error) => error);
    return stdout.split('\n').find((line) => /^(ok|FAIL) +mail /.test(line));
}

test('doctor logs in to the mail server and says what is wrong', async () => {
    assert.match(await examine(guarded), /^ok/);
    assert.match(await examine(plain), /^ok/);
    const wrong = await examine(guarded, { 'mail.password': 'another one' });
    assert.match(wrong, /^FAIL/);
    assert.ok(!wrong.includes('another one'));
    await guarded.mail.stop();
    assert.match(await examine(guarded), /^FAIL.*mail\.url/);
    await guarded.mail.start();
});

test('what happens to mails is counted', async () => {
    const { email } = await signUp(guarded.server);
    await guarded.mail.arrived(email);
    const headers = { Authorization: 'Bearer key of the metrics' };
    const read = async () => (await fetch(`${guarded.server.url}/metrics`, { headers })).text();
    await eventually('the mail is counted', async () => /^xentree_mails_sent_total [1-9]/m.test(await read()));
    const text = await read();
    assert.match(text, /^# TYPE xentree_mails_sent_total counter$/m);
    assert.match(text, /^xentree_mails_given_up_total 0$/m);
    assert.match(text, /^# TYPE xentree_mails_waiting gauge$/m);
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

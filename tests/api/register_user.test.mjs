import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults, assertUuid7, countStatuses } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { freshName, logIn, signUp, usualPassword } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

function account(more = {}) {
    const username = freshName();
    return { email: `${username}@example.com`, username, password: usualPassword, ...more };
}

function register(body, options = {}) {
    return new Client(server).call('register_user', { body, ...options });
}

test('a new account is a plain active user of the free plan with an organization', async () => {
    const wanted = account({ full_name: 'Mira Kovač', language: 'hr', timezone: 'Europe/Zagreb' });
    const { status, body } = await register(wanted);
    assert.equal(status, 201);
    assertUuid7(body.id);
    assertUuid7(body.default_organization_id);
    const { id, default_organization_id, created_at, updated_at, ...rest } = body;
    assert.equal(created_at, updated_at);
    assert.ok(Math.abs(Date.parse(created_at) - server.clock.now()) < 5_000);
    assert.deepEqual(rest, {
        email: wanted.email,
        email_verified: false,
        pending_email: null,
        username: wanted.username,
        full_name: 'Mira Kovač',
        nickname: null,
        avatar_url: null,
        bio: null,
        language: 'hr',
        timezone: 'Europe/Zagreb',
        role: 'user',
        plan: 'free',
        is_active: true,
        is_profile_public: true,
    });
});

test('language and time zone have defaults, the name may be absent', async () => {
    const { body } = await register(account());
    assert.deepEqual([body.language, body.timezone, body.full_name], ['en', 'UTC', null]);
});

test('nothing is logged in by a registration', async () => {
    const { text } = await register(account());
    assert.doesNotMatch(text, /token|password/);
});

test('a taken username is refused, and nothing of the new account stays', async () => {
    const first = account();
    await register(first);
    const second = account({ username: first.username });
    assertError(await register(second), 409, 'username_taken');
    const answer = await register({ ...second, username: freshName() });
    assert.equal(answer.status, 201, answer.text);
});

test('a taken e-mail address is refused in any case of letters, and the username stays free', async () => {
    const first = account();
    await register(first);
    const second = account({ email: first.email.toUpperCase() });
    assertError(await register(second), 409, 'email_taken');
    const answer = await register({ ...second, email: `${freshName()}@example.com` });
    assert.equal(answer.status, 201, answer.text);
});

test('of registrations that collide one wins and the others are told', async () => {
    const wanted = account();
    const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) => register({ ...wanted, email: `${index}.${wanted.email}` })),
    );
    assert.deepEqual(countStatuses(answers), { 201: 1, 409: 7 });
});

test('usernames that make the same slug of an organization are both taken', async () => {
    const name = freshName();
    assert.equal((await register(account({ username: `${name}.x` }))).status, 201);
    assert.equal((await register(account({ username: `${name}-x` }))).status, 201);
    assert.equal((await register(account({ username: `${name}_x` }))).status, 201);
});

test('all faults are told at once, each with its place', async () => {
    const answer = await register({
        email: 'nobody',
        username: 'A',
        password: 'short',
        timezone: 'Mars/Base',
        language: '?',
    });
    assertFaults(answer, ['/email', '/username', '/password', '/timezone', '/language']);
});

test('required members are named', async () => {
    assertFaults(await register({}), ['/email', '/username', '/password']);
});

for (const [member, value] of [
    ['email', 'a@b'],
    ['email', 'two@@example.com'],
    ['email', 'with space@example.com'],
    ['email', `${'a'.repeat(250)}@example.com`],
    ['email', 17],
    ['username', 'ab'],
    ['username', 'Upper'],
    ['username', '9lives'],
    ['username', 'a'.repeat(33)],
    ['username', 'tab\tname'],
    ['password', null],
    ['password', 'x'.repeat(129)],
    ['full_name', ''],
    ['full_name', '   '],
    ['full_name', 'x'.repeat(121)],
    ['full_name', 'bell\u0007'],
    ['language', 'english language'],
    ['timezone', 'Europe/Atlantis'],
    ['timezone', 'europe/zagreb'],
    ['timezone', ''],
]) {
    test(`${member} ${JSON.stringify(value).slice(0, 40)} is refused`, async () => {
        assertFaults(await register(account({ [member]: value })), [`/${member}`]);
    });
}

test('lengths are counted in code points, and outer white space of the name is dropped', async () => {
    const { status, body } = await register(
        account({ password: '🦉'.repeat(10), full_name: ` ${'🦉'.repeat(120)}\t` }),
    );
    assert.equal(status, 201);
    assert.equal(body.full_name, '🦉'.repeat(120));
    assertFaults(await register(account({ password: '🦉'.repeat(9) })), ['/password']);
    assert.equal((await register(account({ password: '🦉'.repeat(128) }))).status, 201);
});

test('a password is taken as it is, white space included', async () => {
    const wanted = account({ password: '  spaces are kept  ' });
    await register(wanted);
    const client = new Client(server);
    await logIn(client, wanted.username, wanted.password);
    await client.expect(401, 'login_user', { form: { username: wanted.username, password: wanted.password.trim() } });
});

test('an account is private: it is not told by another registration', async () => {
    const { profile } = await signUp(server);
    const answer = await register(account({ email: profile.email }));
    assert.doesNotMatch(answer.text, new RegExp(`${profile.id}|${profile.username}`));
});

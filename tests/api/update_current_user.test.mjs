import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults, countStatuses } from '../support/assertions.mjs';
import { freshName, logIn, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ settings: { 'limits.login-account': 4 } });

function update(client, body) {
    return client.call('update_current_user', { body });
}

async function assertUnchanged({ client, profile }) {
    assert.deepEqual(await client.expect(200, 'get_current_user'), profile);
}

test('the members that the body names change, the others stay', async () => {
    const { client, profile } = await signUp(server, { full_name: 'Mira Kovač' });
    server.clock.advance({ minutes: 1 });
    const changes = {
        nickname: 'Mira',
        avatar_url: 'https://example.com/mira.png',
        bio: 'Learning English for work.',
        language: 'hr',
        timezone: 'Europe/Zagreb',
        is_profile_public: false,
    };
    const updated = await client.expect(200, 'update_current_user', { body: changes });
    assert.deepEqual(updated, { ...profile, ...changes, updated_at: updated.updated_at });
    assert.ok(updated.updated_at > profile.updated_at);
    assert.deepEqual(await client.expect(200, 'get_current_user'), updated);
});

test('null clears a member', async () => {
    const { client } = await signUp(server, { full_name: 'Mira Kovač' });
    await client.expect(200, 'update_current_user', {
        body: { nickname: 'M', bio: 'b', avatar_url: 'https://e.com/a' },
    });
    const cleared = { full_name: null, nickname: null, bio: null, avatar_url: null };
    const updated = await client.expect(200, 'update_current_user', { body: cleared });
    assert.deepEqual({ ...updated, ...cleared }, updated);
});

test('an empty object and unknown members change nothing', async () => {
    const person = await signUp(server);
    server.clock.advance({ minutes: 1 });
    await person.client.expect(200, 'update_current_user', { body: {} });
    await person.client.expect(200, 'update_current_user', {
        body: { role: 'admin', plan: 'pro', id: 'x', is_active: false },
    });
    await assertUnchanged(person);
});

test('outer white space of names is dropped before their bounds are checked', async () => {
    const { client } = await signUp(server);
    const updated = await client.expect(200, 'update_current_user', {
        body: { nickname: `  ${'n'.repeat(40)} `, full_name: ' F ' },
    });
    assert.deepEqual([updated.nickname, updated.full_name], ['n'.repeat(40), 'F']);
});

test('all faults are told at once and nothing is changed', async () => {
    const person = await signUp(server);
    const wrong = {
        nickname: ' ',
        avatar_url: 'http://example.com/a.png',
        bio: '',
        language: null,
        timezone: 'Mars/Base',
        username: 'X',
        default_organization_id: 'mine',
        is_profile_public: 'no',
    };
    assertFaults(
        await update(person.client, { ...wrong, full_name: 'Changed' }),
        Object.keys(wrong).map((name) => `/${name}`),
    );
    await assertUnchanged(person);
});

test('the username can change: the old one is free then, the new one taken', async () => {
    const { client, username, password } = await signUp(server);
    const wanted = freshName();
    assert.equal((await client.expect(200, 'update_current_user', { body: { username: wanted } })).username, wanted);
    await logIn(client, wanted, password);
    await signUp(server, { username, email: `${freshName()}@example.com` });
    const other = await signUp(server);
    assertError(await update(other.client, { username: wanted }), 409, 'username_taken');
});

test('of two who want one username one gets it', async () => {
    const people = await Promise.all([signUp(server), signUp(server), signUp(server)]);
    const wanted = freshName();
    const answers = await Promise.all(people.map(({ client }) => update(client, { username: wanted })));
    assert.deepEqual(countStatuses(answers), { 200: 1, 409: 2 });
});

test('the own username and the own address are no collision', async () => {
    const { client, username, email, password } = await signUp(server);
    await client.expect(200, 'update_current_user', { body: { username } });
    const same = await client.expect(200, 'update_current_user', {
        body: { email: email.toUpperCase(), current_password: password },
    });
    assert.equal(same.email, email);
});

test('without mail a new e-mail address counts at once and is not verified', async () => {
    const { client, password, email } = await signUp(server);
    const wanted = `${freshName()}@example.org`;
    const updated = await client.expect(200, 'update_current_user', {
        body: { email: wanted, current_password: password },
    });
    assert.deepEqual([updated.email, updated.email_verified, updated.pending_email], [wanted, false, null]);
    await logIn(client, wanted, password);
    await client.expect(401, 'login_user', { form: { username: email, password } });
});

test('an address of another account is refused', async () => {
    const [person, other] = [await signUp(server), await signUp(server)];
    const answer = await update(person.client, { email: other.email.toUpperCase(), current_password: person.password });
    assertError(answer, 409, 'email_taken');
    await assertUnchanged(person);
});

test('address and password need the current password, which never comes alone', async () => {
    const person = await signUp(server);
    assertFaults(await update(person.client, { email: 'new@example.com' }), ['/current_password']);
    assertFaults(await update(person.client, { new_password: 'another long one' }), ['/current_password']);
    assertFaults(await update(person.client, { current_password: person.password }), ['/current_password']);
    await assertUnchanged(person);
});

test('a wrong current password is a fault at its place, and nothing is changed', async () => {
    const person = await signUp(server);
    const answer = await update(person.client, {
        new_password: 'another long one',
        current_password: 'wrong',
        bio: 'new',
    });
    assertFaults(answer, ['/current_password']);
    await assertUnchanged(person);
    await logIn(person.client, person.username, person.password);
});

test('wrong current passwords count as failed logins', async () => {
    const { client, username, password } = await signUp(server);
    const guess = { new_password: 'another long one', current_password: 'guess' };
    for (let count = 0; count < 4; count += 1)
        assertFaults(await update(client.with({ address: '10.255.0.1' }), guess), ['/current_password']);
    const stopped = await update(client.with({ address: '10.255.0.1' }), { ...guess, current_password: password });
    assertError(stopped, 429, 'rate_limited');
    await logIn(client, username, password);
});

test('a new password ends the other sessions and keeps the asking one', async () => {
    const { client, username, password } = await signUp(server);
    const other = await logIn(client, username);
    const next = 'another long password';
    await client.expect(200, 'update_current_user', { body: { new_password: next, current_password: password } });
    await client.expect(200, 'get_current_user');
    assertError(await client.call('get_current_user', { token: other.access_token }), 401, 'invalid_token');
    const spent = await client.call('refresh_token', { body: { refresh_token: other.refresh_token } });
    assertError(spent, 401, 'invalid_token');
    await client.expect(401, 'login_user', { form: { username, password } });
    await logIn(client, username, next);
});

test('an organization that the caller is not a member of is not there', async () => {
    const [person, other] = [await signUp(server), await signUp(server)];
    for (const id of [other.profile.default_organization_id, '019df244-fa20-74ae-87b2-b94176a5dbcf']) {
        assertError(await update(person.client, { default_organization_id: id, bio: 'new' }), 404, 'not_found');
    }
    await assertUnchanged(person);
    const own = person.profile.default_organization_id;
    const updated = await person.client.expect(200, 'update_current_user', {
        body: { default_organization_id: own.toUpperCase() },
    });
    assert.equal(updated.default_organization_id, own);
});

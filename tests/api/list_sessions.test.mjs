import assert from 'node:assert/strict';
import test from 'node:test';
import { assertFaults } from '../support/assertions.mjs';
import { eventually } from '../support/eventually.mjs';
import { readPages } from '../support/pages.mjs';
import { logIn, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

test('the own sessions come newest first, the asking one is marked', async () => {
    const [person] = [await signUp(server), await signUp(server)];
    const laptop = await person.client.expect(200, 'login_user', {
        form: { username: person.username, password: person.password },
        headers: { 'User-Agent': 'Laptop \u00e9' },
        address: '192.0.2.44',
    });
    const listed = await person.client.expect(200, 'list_sessions');
    assert.equal(listed.length, 2);
    assert.deepEqual(listed.map(({ current }) => current), [false, true]);
    assert.equal(listed[0].ip_address, '192.0.2.44');
    assert.ok(listed.every(({ created_at, last_used_at }) => created_at <= last_used_at));
    const seen = await person.client.expect(200, 'list_sessions', { token: laptop.access_token });
    assert.deepEqual(seen.map(({ current }) => current), [true, false]);
    assert.deepEqual(seen.map(({ id }) => id), listed.map(({ id }) => id));
});

test('a long list comes in pages', async () => {
    const person = await signUp(server);
    for (let count = 0; count < 4; count += 1) await logIn(person.client, person.username);
    const pages = await readPages(person.client, 'list_sessions', { query: { limit: '2' } });
    assert.deepEqual(pages.map((page) => page.length), [2, 2, 1]);
    assert.equal(new Set(pages.flat().map(({ id }) => id)).size, 5);
    assertFaults(await person.client.call('list_sessions', { query: { limit: '0' } }), ['limit']);
});

test('ended and expired sessions are not in it', async () => {
    const person = await signUp(server);
    const other = await logIn(person.client, person.username);
    await person.client.expect(200, 'logout_user', { token: other.access_token });
    assert.equal((await person.client.expect(200, 'list_sessions')).length, 1);
    server.clock.advance({ days: 31 });
    const { access_token } = await logIn(person.client, person.username);
    const listed = await person.client.expect(200, 'list_sessions', { token: access_token });
    assert.deepEqual(listed.map(({ current }) => current), [true]);
});

test('the last use is written a few seconds after a request, to the minute', async () => {
    const person = await signUp(server);
    server.clock.advance({ minutes: 5 });
    await person.client.expect(200, 'get_current_user', { address: '192.0.2.45' });
    const used = server.clock.now();
    await eventually('the use is in the list', async () => {
        const [session] = await person.client.expect(200, 'list_sessions', { address: '192.0.2.45' });
        const last = new Date(session.last_used_at);
        return session.ip_address === '192.0.2.45' && last.getSeconds() === 0 && used - last < 120_000;
    });
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { eventually } from '../support/eventually.mjs';
import { readPages } from '../support/pages.mjs';
import { makeKey, signUp, signUpAdmin } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();
const scopes = ['conversations:read'];

test('the own keys come newest first, without the key, over pages', async () => {
    const [person, other] = [await signUp(server), await signUp(server)];
    const made = [];
    for (let count = 0; count < 5; count += 1) made.push(await makeKey(person, scopes, { name: `Key ${count}` }));
    await makeKey(other, scopes);
    const pages = await readPages(person.client, 'list_api_keys', { query: { limit: '2' } });
    assert.deepEqual(pages.map((page) => page.length), [2, 2, 1]);
    const listed = pages.flat();
    assert.deepEqual(listed.map(({ id }) => id), made.map(({ id }) => id).reverse());
    assert.ok(listed.every(({ key }) => key === null));
});

test('limit and cursor have their bounds', async () => {
    const { client } = await signUp(server);
    assertFaults(await client.call('list_api_keys', { query: { limit: '101' } }), ['limit']);
    assertFaults(await client.call('list_api_keys', { query: { cursor: 'made-up' } }), ['cursor']);
});

test('an expired key stays in the list', async () => {
    const person = await signUp(server);
    const expires_at = new Date(server.clock.now().getTime() + 60_000).toISOString();
    const { id, client } = await makeKey(person, scopes, { expires_at });
    await client.expect(200, 'list_conversations');
    server.clock.advance({ seconds: 61 });
    assertError(await client.call('list_conversations'), 401, 'invalid_api_key');
    const [listed] = await person.client.expect(200, 'list_api_keys');
    assert.deepEqual([listed.id, listed.expires_at], [id, expires_at]);
});

test('a platform admin sees the keys of all', async () => {
    const [admin, person] = [await signUpAdmin(server), await signUp(server)];
    const { id } = await makeKey(person, scopes);
    const pages = await readPages(admin.client, 'list_api_keys', { query: { limit: '100' } });
    assert.ok(pages.flat().some((key) => key.id === id));
});

test('last use and count are written a few seconds later, to the minute', async () => {
    const person = await signUp(server);
    const { client } = await makeKey(person, scopes);
    for (let count = 0; count < 3; count += 1) await client.expect(200, 'list_conversations');
    let listed;
    await eventually('the uses are counted', async () => {
        [listed] = await person.client.expect(200, 'list_api_keys');
        return listed.request_count === 3;
    });
    assert.equal(listed.last_used_ip, client.address);
    assert.match(listed.last_used_at, /:00\.000Z$/);
    assert.ok(Math.abs(new Date(listed.last_used_at) - server.clock.now()) < 120_000);
});

test('a refused use does not count', async () => {
    const person = await signUp(server);
    const { client } = await makeKey(person, scopes, { allowed_ips: ['192.0.2.1'] });
    assertError(await client.call('list_conversations'), 403, 'ip_not_allowed');
    assertError(await client.call('create_conversation', { address: '192.0.2.1' }), 403, 'INSUFFICIENT_API_KEY_SCOPE');
    await client.expect(200, 'list_conversations', { address: '192.0.2.1' });
    await eventually('the one use is counted', async () => {
        const [listed] = await person.client.expect(200, 'list_api_keys');
        return listed.request_count === 1 && listed.last_used_ip === '192.0.2.1';
    });
});

test('a key lists no keys', async () => {
    const { client } = await makeKey(await signUp(server), ['api:admin']);
    assertError(await client.call('list_api_keys'), 403, 'bearer_required');
});

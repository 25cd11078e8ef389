import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { eventually } from '../support/eventually.mjs';
import { readPages } from '../support/pages.mjs';
import { addMember, makeKey, makeOrganization, signUp, signUpAdmin } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();
const scopes = ['conversations:read'];
const organizationOf = ({ profile }) => ({ org_id: profile.default_organization_id });

test('the keys of an organization come newest first, without the key, over pages', async () => {
    const [person, other] = [await signUp(server), await signUp(server)];
    const made = [];
    for (let count = 0; count < 5; count += 1) made.push(await makeKey(person, scopes, { name: `Key ${count}` }));
    await makeKey(other, scopes);
    const pages = await readPages(person.client, 'list_organization_api_keys', {
        params: organizationOf(person),
        query: { limit: '2' },
    });
    assert.deepEqual(pages.map((page) => page.length), [2, 2, 1]);
    assert.deepEqual(pages.flat().map(({ id }) => id), made.map(({ id }) => id).reverse());
    assert.ok(pages.flat().every(({ key }) => key === null));
});

test('owners and admins see the keys of all members there, lower roles none', async () => {
    const owner = await signUp(server);
    const organization = await makeOrganization(owner);
    const params = { org_id: organization.id };
    const people = { owner };
    for (const role of ['admin', 'instructor', 'member']) {
        people[role] = await signUp(server);
        await addMember(owner, organization, people[role], { role });
    }
    const made = [];
    for (const person of Object.values(people)) {
        made.unshift(await makeKey(person, scopes, { organization_id: organization.id }));
        await makeKey(person, scopes); // of the personal organization
    }
    for (const role of ['owner', 'admin']) {
        const listed = await people[role].client.expect(200, 'list_organization_api_keys', { params });
        assert.deepEqual(listed.map(({ id }) => id), made.map(({ id }) => id));
        assert.ok(listed.every(({ organization_id }) => organization_id === organization.id));
    }
    for (const role of ['instructor', 'member'])
        assertError(await people[role].client.call('list_organization_api_keys', { params }), 403, 'forbidden');
});

test('an expired key stays in the list, with its uses', async () => {
    const person = await signUp(server);
    const expires_at = new Date(server.clock.now().getTime() + 60_000).toISOString();
    const { id, client } = await makeKey(person, scopes, { expires_at });
    for (let count = 0; count < 3; count += 1) await client.expect(200, 'list_conversations');
    server.clock.advance({ seconds: 61 });
    assertError(await client.call('list_conversations'), 401, 'invalid_api_key');
    await eventually('the uses are counted', async () => {
        const params = organizationOf(person);
        const [listed] = await person.client.expect(200, 'list_organization_api_keys', { params });
        assert.deepEqual([listed.id, listed.expires_at], [id, expires_at]);
        return listed.request_count === 3;
    });
});

test('an organization that the caller is no member of is not there, for a platform admin too', async () => {
    const [person, other, admin] = [await signUp(server), await signUp(server), await signUpAdmin(server)];
    const params = organizationOf(person);
    for (const { client } of [other, admin])
        assertError(await client.call('list_organization_api_keys', { params }), 404, 'not_found');
    const unknown = { org_id: '019df244-fa20-74ae-87b2-b94176a5dbcf' };
    assertError(await person.client.call('list_organization_api_keys', { params: unknown }), 404, 'not_found');
});

test('id, limit and cursor have their bounds, and a cursor is good in its organization only', async () => {
    const [person, other] = [await signUp(server), await signUp(server)];
    const list = (params, query) => person.client.call('list_organization_api_keys', { params, query });
    assertFaults(await list({ org_id: 'one' }), ['org_id']);
    assertFaults(await list(organizationOf(person), { limit: '101' }), ['limit']);
    assertFaults(await list(organizationOf(person), { cursor: 'made-up' }), ['cursor']);
    for (let count = 0; count < 2; count += 1) await makeKey(person, scopes);
    const link = (await list(organizationOf(person), { limit: '1' })).headers.get('Link');
    const cursor = new URL(link.match(/<(.+)>/)[1], server.url).searchParams.get('cursor');
    assertFaults(await list(organizationOf(other), { limit: '1', cursor }), ['cursor']);
});

test('a key lists no keys, and nobody lists none', async () => {
    const person = await signUp(server);
    const params = organizationOf(person);
    const { client } = await makeKey(person, ['api:admin']);
    assertError(await client.call('list_organization_api_keys', { params }), 403, 'bearer_required');
    const nobody = { params, token: undefined };
    assertError(await person.client.call('list_organization_api_keys', nobody), 401, 'not_authenticated');
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { readPages } from '../support/pages.mjs';
import { addMember, makeKey, makeOrganization, removeMember, signUp, signUpAdmin } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

test('the personal organization is there, with the role and the own keys', async () => {
    const person = await signUp(server, { full_name: 'Mira Kovač' });
    await makeKey(person, ['conversations:read']);
    const [tenant, ...more] = await person.client.expect(200, 'list_tenants');
    assert.deepEqual(more, []);
    assert.match(tenant.slug, /^[a-z0-9-]+$/);
    assert.deepEqual(
        { ...tenant, slug: undefined, name: undefined, created_at: undefined },
        {
            id: person.profile.default_organization_id,
            name: undefined,
            slug: undefined,
            role: 'owner',
            plan: 'free',
            is_personal: true,
            member_count: 1,
            api_key_count: 1,
            created_at: undefined,
        },
    );
});

test('memberships come newest first, each with its role, and a key can be made for each', async () => {
    const [person, owner] = [await signUp(server), await signUp(server)];
    const expected = [{ id: person.profile.default_organization_id, role: 'owner', keys: 0 }];
    for (const role of ['member', 'instructor', 'admin', 'owner']) {
        const organization = await makeOrganization(owner);
        await makeKey(owner, ['quiz:read'], { organization_id: organization.id });
        await addMember(owner, organization, person, { role });
        await makeKey(person, ['quiz:read'], { organization_id: organization.id });
        expected.unshift({ id: organization.id, role, keys: 1 });
    }
    const pages = await readPages(person.client, 'list_tenants', { query: { limit: '2' } });
    assert.deepEqual(pages.map((page) => page.length), [2, 2, 1]);
    const shown = pages.flat().map(({ id, role, api_key_count: keys }) => ({ id, role, keys }));
    assert.deepEqual(shown, expected);
    assert.deepEqual(pages.flat().map(({ member_count }) => member_count), [2, 2, 2, 2, 1]);
    await removeMember(owner, { id: expected[0].id }, person);
    const left = await person.client.expect(200, 'list_tenants');
    assert.deepEqual(left.map(({ id }) => id), expected.slice(1).map(({ id }) => id));
});

test('a platform admin gets all, newest first over pages, with all keys and a role where there is one', async () => {
    const [admin, person] = [await signUpAdmin(server), await signUp(server)];
    for (let count = 0; count < 2; count += 1) await makeKey(person, ['conversations:read']);
    const later = await signUp(server);
    const pages = await readPages(admin.client, 'list_tenants', { query: { limit: '2' } });
    assert.ok(pages.slice(0, -1).every((page) => page.length === 2));
    const tenants = pages.flat();
    const ids = tenants.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)].sort().reverse());
    const of = ({ profile }) => tenants.find(({ id }) => id === profile.default_organization_id);
    assert.deepEqual([of(admin).role, of(person).role, of(later).role], ['owner', null, null]);
    assert.deepEqual([of(person).api_key_count, of(later).api_key_count], [2, 0]);
    // A key of theirs cannot be made.
    const body = { name: 'x', organization_id: of(person).id, scopes: ['quiz:read'] };
    assertError(await admin.client.call('create_api_key', { body }), 404, 'not_found');
});

test('limit and cursor have their bounds', async () => {
    const { client } = await signUp(server);
    assertFaults(await client.call('list_tenants', { query: { limit: '0' } }), ['limit']);
    assertFaults(await client.call('list_tenants', { query: { cursor: 'made-up' } }), ['cursor']);
});

test('a key lists no tenants, and nobody lists none', async () => {
    const person = await signUp(server);
    const { client } = await makeKey(person, ['api:admin']);
    assertError(await client.call('list_tenants'), 403, 'bearer_required');
    assertError(await client.call('list_tenants', { apiKey: undefined }), 401, 'not_authenticated');
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { addMember, makeKey, makeOrganization, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

function remove(person, { id }) {
    return person.client.call('delete_organization', { params: { org_id: id } });
}

test('it is gone for all members, with its keys, and defaults fall back', async () => {
    const [owner, member] = [await signUp(server), await signUp(server)];
    const organization = await makeOrganization(owner);
    await addMember(owner, organization, member);
    const scopes = ['organizations:read'];
    const key = await makeKey(member, scopes, { organization_id: organization.id });
    const own = await makeKey(member, scopes);
    await member.client.expect(200, 'update_current_user', { body: { default_organization_id: organization.id } });
    assert.equal((await remove(owner, organization)).status, 204);
    for (const person of [owner, member]) {
        const params = { org_id: organization.id };
        assertError(await person.client.call('get_organization', { params }), 404, 'not_found');
        assert.equal((await person.client.expect(200, 'list_organizations')).length, 1);
        const profile = await person.client.expect(200, 'get_current_user');
        assert.equal(profile.default_organization_id, person.profile.default_organization_id);
    }
    assertError(await key.client.call('list_organizations'), 401, 'invalid_api_key');
    await own.client.expect(200, 'list_organizations');
    assert.deepEqual((await member.client.expect(200, 'list_api_keys')).map(({ id }) => id), [own.id]);
    assert.equal((await makeOrganization(owner, { slug: organization.slug })).slug, organization.slug);
});

test('only an owner may', async () => {
    const owner = await signUp(server);
    const organization = await makeOrganization(owner);
    for (const role of ['admin', 'instructor', 'member']) {
        const person = await signUp(server);
        await addMember(owner, organization, person, { role });
        assertError(await remove(person, organization), 403, 'forbidden');
    }
    assertError(await remove(await signUp(server), organization), 404, 'not_found');
    assertFaults(await remove(owner, { id: 'acme' }), ['org_id']);
    const other = await signUp(server);
    await addMember(owner, organization, other, { role: 'owner' });
    assert.equal((await remove(other, organization)).status, 204);
    assertError(await remove(other, organization), 404, 'not_found');
});

test('a personal one stays', async () => {
    const person = await signUp(server);
    const [personal] = await person.client.expect(200, 'list_organizations');
    assertError(await remove(person, personal), 409, 'personal_organization');
    assert.deepEqual(await person.client.expect(200, 'list_organizations'), [personal]);
});

test('a key of an owner deletes its organization, and itself with it', async () => {
    const owner = await signUp(server);
    const organization = await makeOrganization(owner);
    const key = await makeKey(owner, ['organizations:write'], { organization_id: organization.id });
    assertError(await remove(key, await makeOrganization(owner)), 404, 'not_found');
    assert.equal((await remove(key, organization)).status, 204);
    assertError(await remove(key, organization), 401, 'invalid_api_key');
});

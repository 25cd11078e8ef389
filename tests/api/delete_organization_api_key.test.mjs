import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults, countStatuses } from '../support/assertions.mjs';
import { addMember, makeKey, makeOrganization, signUp, signUpAdmin } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();
const scopes = ['conversations:read'];
const unknown = '019df244-fa20-74ae-87b2-b94176a5dbcf';
const placeOf = ({ profile }, { id }) => ({ org_id: profile.default_organization_id, key_id: id });

test('a deleted key is refused on the next request, and the others stay', async () => {
    const person = await signUp(server);
    const [doomed, other] = [await makeKey(person, scopes), await makeKey(person, scopes)];
    await doomed.client.expect(200, 'list_conversations');
    await person.client.expect(204, 'delete_organization_api_key', { params: placeOf(person, doomed) });
    assertError(await doomed.client.call('list_conversations'), 401, 'invalid_api_key');
    await other.client.expect(200, 'list_conversations');
    const again = await person.client.call('delete_organization_api_key', { params: placeOf(person, doomed) });
    assertError(again, 404, 'not_found');
});

test('an admin deletes a key of any member, an owner`s too, and lower roles none', async () => {
    const [owner, admin, instructor, member] = await Promise.all([1, 2, 3, 4].map(() => signUp(server)));
    const organization = await makeOrganization(owner);
    await addMember(owner, organization, admin, { role: 'admin' });
    await addMember(owner, organization, instructor, { role: 'instructor' });
    await addMember(owner, organization, member);
    const key = await makeKey(owner, scopes, { organization_id: organization.id });
    const own = await makeKey(member, scopes, { organization_id: organization.id });
    const remove = ({ client }, { id }) =>
        client.call('delete_organization_api_key', { params: { org_id: organization.id, key_id: id } });
    for (const person of [instructor, member])
        for (const aim of [key, own]) assertError(await remove(person, aim), 403, 'forbidden');
    // Who may not delete does not learn which keys there are either.
    assertError(await remove(member, { id: unknown }), 403, 'forbidden');
    await key.client.expect(200, 'list_conversations');
    assert.equal((await remove(admin, key)).status, 204);
    assertError(await key.client.call('list_conversations'), 401, 'invalid_api_key');
    assert.equal((await remove(owner, own)).status, 204);
    assert.deepEqual(await owner.client.expect(200, 'list_api_keys'), []);
});

test('of two that delete a key at once one does', async () => {
    const person = await signUp(server);
    const key = await makeKey(person, scopes);
    const remove = () => person.client.call('delete_organization_api_key', { params: placeOf(person, key) });
    assert.deepEqual(countStatuses(await Promise.all([remove(), remove()])), { 204: 1, 404: 1 });
});

test('a key of another organization is not there, also through an organization of one`s own', async () => {
    const [person, other, admin] = [await signUp(server), await signUp(server), await signUpAdmin(server)];
    const key = await makeKey(other, scopes);
    for (const { client } of [person, admin]) {
        const params = placeOf(other, key);
        assertError(await client.call('delete_organization_api_key', { params }), 404, 'not_found');
    }
    const params = placeOf(person, key);
    assertError(await person.client.call('delete_organization_api_key', { params }), 404, 'not_found');
    assertError(
        await person.client.call('delete_organization_api_key', { params: { ...params, key_id: unknown } }),
        404,
        'not_found',
    );
    await key.client.expect(200, 'list_conversations');
});

test('malformed ids are faults, both at once', async () => {
    const { client } = await signUp(server);
    const params = { org_id: 'one', key_id: 'two' };
    assertFaults(await client.call('delete_organization_api_key', { params }), ['org_id', 'key_id']);
});

test('a key deletes no keys, nor itself, and nobody deletes none', async () => {
    const person = await signUp(server);
    const key = await makeKey(person, ['api:admin']);
    const params = placeOf(person, key);
    assertError(await key.client.call('delete_organization_api_key', { params }), 403, 'bearer_required');
    const nobody = { params, token: undefined };
    assertError(await person.client.call('delete_organization_api_key', nobody), 401, 'not_authenticated');
    await key.client.expect(200, 'list_conversations');
});

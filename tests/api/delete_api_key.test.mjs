import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { makeKey, signUp, signUpAdmin } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();
const scopes = ['conversations:read'];

test('a deleted key is refused on the next request, and the others stay', async () => {
    const person = await signUp(server);
    const [doomed, other] = [await makeKey(person, scopes), await makeKey(person, scopes)];
    await doomed.client.expect(200, 'list_conversations');
    await person.client.expect(204, 'delete_api_key', { params: { key_id: doomed.id } });
    assertError(await doomed.client.call('list_conversations'), 401, 'invalid_api_key');
    await other.client.expect(200, 'list_conversations');
    assert.deepEqual((await person.client.expect(200, 'list_api_keys')).map(({ id }) => id), [other.id]);
});

test("a key that is gone, unknown or somebody else's is not there", async () => {
    const [person, other] = [await signUp(server), await signUp(server)];
    const key = await makeKey(other, scopes);
    const unknown = '019df244-fa20-74ae-87b2-b94176a5dbcf';
    for (const key_id of [key.id, unknown])
        assertError(await person.client.call('delete_api_key', { params: { key_id } }), 404, 'not_found');
    await other.client.expect(204, 'delete_api_key', { params: { key_id: key.id } });
    assertError(await other.client.call('delete_api_key', { params: { key_id: key.id } }), 404, 'not_found');
    assertFaults(await person.client.call('delete_api_key', { params: { key_id: 'one' } }), ['key_id']);
});

test("a platform admin deletes anybody's key", async () => {
    const [admin, person] = [await signUpAdmin(server), await signUp(server)];
    const key = await makeKey(person, scopes);
    await admin.client.expect(204, 'delete_api_key', { params: { key_id: key.id } });
    assertError(await key.client.call('list_conversations'), 401, 'invalid_api_key');
});

test('a key deletes no keys, nor itself', async () => {
    const { id, client } = await makeKey(await signUp(server), ['api:admin']);
    assertError(await client.call('delete_api_key', { params: { key_id: id } }), 403, 'bearer_required');
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { createRemoteJWKSet } from 'jose';
import { assertError, assertFaults, countStatuses } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();
const unknown = '019df244-fa20-74ae-87b2-b94176a5dbcf';

async function freshTenant() {
    return (await signUp(server)).profile.default_organization_id;
}

function getKeys(tenantId, client = new Client(server)) {
    return client.call('get_integration_jwks', { query: { tenantId } });
}

test('an organization has a key of its own, made when it is first asked for', async () => {
    const [one, other] = [await freshTenant(), await freshTenant()];
    const first = await getKeys(one);
    assert.equal(first.status, 200);
    const [key, ...more] = first.body.keys;
    assert.deepEqual(more, []);
    assert.equal(Buffer.from(key.n, 'base64url').length, 256);
    assert.match(key.kid, /^[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{8}$/);
    assert.deepEqual((await getKeys(one)).body, first.body);
    assert.notEqual((await getKeys(other)).body.keys[0].n, key.n);
});

test('the keys may be kept for five minutes, an error may not', async () => {
    assert.equal((await getKeys(await freshTenant())).headers.get('Cache-Control'), 'public, max-age=300');
    assert.equal((await getKeys(unknown)).headers.get('Cache-Control'), 'no-store');
});

test('an unknown organization is not there, a malformed id is a fault', async () => {
    assertError(await getKeys(unknown), 404, 'not_found');
    assertFaults(await getKeys('my-organization'), ['tenantId']);
    assertFaults(await new Client(server).call('get_integration_jwks'), ['tenantId']);
});

test('of requests that come at once one key is made', async () => {
    const tenant = await freshTenant();
    const answers = await Promise.all(Array.from({ length: 12 }, () => getKeys(tenant)));
    assert.deepEqual(countStatuses(answers), { 200: 12 });
    assert.deepEqual([...new Set(answers.map(({ text }) => text))].length, 1);
});

test('the key of an organization that is deleted is gone at once', async () => {
    const person = await signUp(server);
    const tenant = person.profile.default_organization_id;
    assert.equal((await getKeys(tenant)).status, 200);
    await person.client.expect(204, 'delete_current_user', { body: { current_password: person.password } });
    assertError(await getKeys(tenant), 404, 'not_found');
});

test('jose finds the key by its kid at the address of the set', async () => {
    const tenant = await freshTenant();
    const [{ kid }] = (await getKeys(tenant)).body.keys;
    const find = createRemoteJWKSet(new URL(`/api/integration/jwks?tenantId=${tenant}`, server.url));
    const key = await find({ alg: 'RS256', kid });
    assert.equal(key.type, 'public');
    await assert.rejects(find({ alg: 'RS256', kid: 'another' }), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
});

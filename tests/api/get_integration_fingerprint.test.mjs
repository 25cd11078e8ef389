import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { opensslFingerprint } from '../support/jwks.mjs';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();
const client = () => new Client(server);
const unknown = '019df244-fa20-74ae-87b2-b94176a5dbcf';

async function freshTenant() {
    return (await signUp(server)).profile.default_organization_id;
}

test('the fingerprint is what openssl computes from the key set', async () => {
    const tenantId = await freshTenant();
    const found = await client().expect(200, 'get_integration_fingerprint', { query: { tenantId } });
    const { keys } = await client().expect(200, 'get_integration_jwks', { query: { tenantId } });
    assert.deepEqual(found, {
        tenantId,
        kid: keys[0].kid,
        algorithm: 'SHA-256',
        fingerprint: opensslFingerprint(keys[0]),
        fingerprints: [{ kid: keys[0].kid, fingerprint: opensslFingerprint(keys[0]), status: 'active' }],
    });
});

test('it may be kept for five minutes, an error may not', async () => {
    const tenantId = await freshTenant();
    const answer = await client().call('get_integration_fingerprint', { query: { tenantId } });
    assert.equal(answer.headers.get('Cache-Control'), 'public, max-age=300');
    const absent = await client().call('get_integration_fingerprint', { query: { tenantId: unknown } });
    assert.equal(absent.headers.get('Cache-Control'), 'no-store');
});

test('an unknown organization is not there, a malformed id is a fault', async () => {
    const ask = (query) => client().call('get_integration_fingerprint', { query });
    assertError(await ask({ tenantId: unknown }), 404, 'not_found');
    assertFaults(await ask({ tenantId: '' }), ['tenantId']);
    assertFaults(await ask({}), ['tenantId']);
});

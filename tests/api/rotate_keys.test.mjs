import assert from 'node:assert/strict';
import test from 'node:test';
import { createRemoteJWKSet } from 'jose';
import { Client } from '../support/client.mjs';
import { eventually } from '../support/eventually.mjs';
import { opensslFingerprint } from '../support/jwks.mjs';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

async function freshTenant() {
    const { profile } = await signUp(server);
    const id = profile.default_organization_id;
    return { id, first: (await getKeys(id))[0].kid };
}

async function getKeys(tenantId) {
    return (await new Client(server).expect(200, 'get_integration_jwks', { query: { tenantId } })).keys;
}

async function getStatuses(tenantId) {
    const answer = await new Client(server).expect(200, 'get_integration_fingerprint', { query: { tenantId } });
    const keys = await getKeys(tenantId);
    assert.deepEqual(answer.fingerprints.map(({ fingerprint }) => fingerprint), keys.map(opensslFingerprint));
    assert.deepEqual([answer.kid, answer.fingerprint], [keys[0].kid, opensslFingerprint(keys[0])]);
    return Object.fromEntries(answer.fingerprints.map(({ kid, status }) => [kid, status]));
}

function rotate(...args) {
    return server.admin('rotate-keys', '--test-clock', server.clock.file, ...args);
}

test('a next key is published, signs six minutes later, and the old one stays until its tokens have expired', async () => {
    const { id, first } = await freshTenant();
    const { stdout } = await rotate('--organization', id);
    const [, next] = stdout.match(/: key (\S+) is published and signs from \S+Z on\n$/);
    assert.deepEqual(await getStatuses(id), { [first]: 'active', [next]: 'next' });
    server.clock.advance({ minutes: 5, seconds: 50 });
    assert.deepEqual(await getStatuses(id), { [first]: 'active', [next]: 'next' });
    server.clock.advance({ seconds: 11 });
    assert.deepEqual(await getStatuses(id), { [next]: 'active', [first]: 'retired' });
    server.clock.advance({ minutes: 19, seconds: 30 });
    assert.deepEqual(await getStatuses(id), { [next]: 'active', [first]: 'retired' });
    server.clock.advance({ seconds: 31 });
    assert.deepEqual(await getStatuses(id), { [next]: 'active' });
});

test('a verifier finds the next key before it signs', async () => {
    const { id, first } = await freshTenant();
    await rotate('--organization', id);
    const find = createRemoteJWKSet(new URL(`/api/integration/jwks?tenantId=${id}`, server.url));
    for (const { kid } of await getKeys(id)) assert.equal((await find({ alg: 'RS256', kid })).type, 'public');
    assert.equal((await getKeys(id))[0].kid, first);
});

test('an organization has one next key, however often it is asked for', async () => {
    const { id } = await freshTenant();
    await rotate('--organization', id);
    const { stdout } = await rotate('--organization', id);
    assert.match(stdout, /was published before/);
    assert.equal((await getKeys(id)).length, 2);
});

test('a leaked key is withdrawn at once, and the next that is asked for is another', async () => {
    const [leaked, other] = [await freshTenant(), await freshTenant()];
    const { stdout } = await rotate('--organization', leaked.id, '--now');
    assert.match(stdout, /^1 keys are withdrawn/);
    const [fresh, ...more] = await getKeys(leaked.id);
    assert.notEqual(fresh.kid, leaked.first);
    assert.deepEqual(more, []);
    assert.equal((await getKeys(other.id))[0].kid, other.first);
});

test('an organization is named by its slug too, and one that is none is told', async () => {
    const person = await signUp(server);
    const { stdout } = await rotate('--organization', person.username);
    assert.match(stdout, /has no key yet/);
    await assert.rejects(rotate('--organization', 'no-such-organization'), /There is no organization with the id or slug/);
});

test('by its age a key is followed by itself', async () => {
    const { id, first } = await freshTenant();
    server.clock.advance({ days: 90 });
    // Each two seconds one organization of this server has its turn.
    const isThere = async () => (await getKeys(id)).length === 2;
    await eventually('the next key is there', isThere, { within: 60_000 });
    assert.equal((await getStatuses(id))[first], 'active');
});

test('without a name all organizations that have a key get the next', async () => {
    const [one, other] = [await freshTenant(), await freshTenant()];
    const { stdout } = await rotate();
    for (const { id } of [one, other]) {
        assert.match(stdout, new RegExp(`^${id}: key `, 'm'));
        assert.equal((await getKeys(id)).length, 2);
    }
});

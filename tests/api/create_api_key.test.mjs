import assert from 'node:assert/strict';
import test from 'node:test';
import zlib from 'node:zlib';
import { assertError, assertFaults, assertUuid7 } from '../support/assertions.mjs';
import { implementedContract } from '../support/contract.mjs';
import { addMember, makeKey, makeOrganization, removeMember, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();
const scopes = ['conversations:read'];

function bodyOf(person, more = {}) {
    return { name: 'Bridge', organization_id: person.profile.default_organization_id, scopes, ...more };
}

// CRC-32 by its definition (the reflected polynomial 0xEDB88320), apart from what the server uses.
function crc32(bytes) {
    let crc = 0xffffffff;
    for (const byte of bytes) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    return (crc ^ 0xffffffff) >>> 0;
}

test('the answer has the key and what it may, as it was asked for', async () => {
    const person = await signUp(server);
    const made = await person.client.expect(201, 'create_api_key', {
        body: bodyOf(person, {
            name: '  LMS bridge ',
            scopes: ['api:read', 'conversations:write', 'conversations:read'],
            allowed_ips: ['192.0.2.77/24', '2001:DB8::1/48', '::ffff:198.51.100.7', '203.0.113.9/32', '203.0.113.9'],
            expires_at: '2030-05-04T02:00:00+02:00',
        }),
    });
    assertUuid7(made.id);
    assert.equal(made.name, 'LMS bridge');
    assert.deepEqual(made.scopes, ['conversations:read', 'conversations:write', 'api:read']);
    assert.deepEqual(made.allowed_ips, ['192.0.2.0/24', '2001:db8::/48', '198.51.100.7', '203.0.113.9']);
    assert.equal(made.expires_at, '2030-05-04T00:00:00.000Z');
    assert.equal(made.created_by, person.profile.id);
    assert.equal(made.prefix, made.key.slice(0, 12));
    assert.equal(made.last_four, made.key.slice(-4));
    assert.deepEqual([made.last_used_at, made.last_used_ip, made.request_count], [null, null, 0]);
});

test('the checksum of a key can be told offline', async () => {
    const { key } = await makeKey(await signUp(server), scopes);
    const bytes = Buffer.from(key.slice(5), 'base64url');
    assert.equal(bytes.length, 64);
    assert.equal(crc32(bytes.subarray(0, 60)), bytes.readUInt32BE(60));
    assert.equal(zlib.crc32?.(bytes.subarray(0, 60)) ?? crc32(bytes.subarray(0, 60)), bytes.readUInt32BE(60));
});

test('every scope of the contract can be given', async () => {
    const person = await signUp(server);
    const all = implementedContract().document.components.schemas.ApiKeyScope.enum;
    const made = await person.client.expect(201, 'create_api_key', { body: bodyOf(person, { scopes: all.toReversed() }) });
    assert.deepEqual(made.scopes, all);
});

test('all faults of a body are told at once', async () => {
    const person = await signUp(server);
    const body = bodyOf(person, {
        name: ' ',
        scopes: ['conversations:read', 'everything'],
        allowed_ips: ['192.0.2.0/33', '1.2.3', '10.0.0.1', 'host.example.com', '1:2:3::4::5'],
        expires_at: '2020-01-01T00:00:00Z',
    });
    assertFaults(await person.client.call('create_api_key', { body }), [
        '/name',
        '/scopes/1',
        '/allowed_ips/0',
        '/allowed_ips/1',
        '/allowed_ips/3',
        '/allowed_ips/4',
        '/expires_at',
    ]);
    const tomorrow = bodyOf(person, { expires_at: 'tomorrow' });
    assertFaults(await person.client.call('create_api_key', { body: tomorrow }), ['/expires_at']);
    const many = bodyOf(person, { allowed_ips: Array.from({ length: 51 }, (_, number) => `::${number + 1}`) });
    assertFaults(await person.client.call('create_api_key', { body: many }), ['/allowed_ips']);
    assertFaults(await person.client.call('create_api_key', { body: {} }), ['/name', '/organization_id', '/scopes']);
    assertFaults(await person.client.call('create_api_key', { body: bodyOf(person, { scopes: [] }) }), ['/scopes']);
});

test('an expiry has to be in the future', async () => {
    const person = await signUp(server);
    for (const expires_at of ['2020-01-01T00:00:00Z', server.clock.now().toISOString()]) {
        const answer = await person.client.call('create_api_key', { body: bodyOf(person, { expires_at }) });
        assertFaults(answer, ['/expires_at']);
    }
    await person.client.expect(201, 'create_api_key', { body: bodyOf(person, { expires_at: null }) });
});

test("another's organization is not there", async () => {
    const [person, other] = [await signUp(server), await signUp(server)];
    const body = bodyOf(other);
    assertError(await person.client.call('create_api_key', { body }), 404, 'not_found');
});

test('every member makes keys, and with a strong scope owners and admins only', async () => {
    const owner = await signUp(server);
    const organization = await makeOrganization(owner);
    const strong = ['organizations:write', 'api:read', 'api:write', 'api:admin'];
    for (const role of ['owner', 'admin', 'instructor', 'member']) {
        const person = await signUp(server);
        await addMember(owner, organization, person, { role });
        const make = (wanted) =>
            person.client.call('create_api_key', {
                body: bodyOf(person, { organization_id: organization.id, scopes: wanted }),
            });
        const low = implementedContract().document.components.schemas.ApiKeyScope.enum.filter(
            (scope) => !strong.includes(scope),
        );
        assert.equal((await make(low)).status, 201);
        const mayDoAll = role === 'owner' || role === 'admin';
        for (const scope of strong) {
            const answer = await make([...low, scope]);
            if (mayDoAll) assert.equal(answer.status, 201);
            else assertError(answer, 403, 'forbidden');
        }
    }
});

test('who has left gets no answer of before either', async () => {
    const [owner, person] = [await signUp(server), await signUp(server)];
    const organization = await makeOrganization(owner);
    await addMember(owner, organization, person);
    const request = { body: bodyOf(person, { organization_id: organization.id }), idempotencyKey: 'once' };
    const { id } = await person.client.expect(201, 'create_api_key', request);
    assert.equal((await person.client.expect(201, 'create_api_key', request)).id, id);
    await removeMember(owner, organization, person);
    assertError(await person.client.call('create_api_key', request), 404, 'not_found');
});

test('a key makes no keys', async () => {
    const person = await signUp(server);
    const { client } = await makeKey(person, ['api:admin']);
    assertError(await client.call('create_api_key', { body: bodyOf(person) }), 403, 'bearer_required');
});

test('a repeated request gets the same key object without the key', async () => {
    const person = await signUp(server);
    const request = { body: bodyOf(person), idempotencyKey: 'once' };
    const first = await person.client.expect(201, 'create_api_key', request);
    const again = await person.client.expect(201, 'create_api_key', request);
    assert.deepEqual(again, { ...first, key: null });
    assert.equal((await person.client.expect(200, 'list_api_keys')).length, 1);
    const other = { ...request, body: bodyOf(person, { name: 'Another' }) };
    assertError(await person.client.call('create_api_key', other), 409, 'idempotency_key_reused');
});

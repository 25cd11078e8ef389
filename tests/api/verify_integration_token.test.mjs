import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { bearing, decode, grant, issuerSettings, partner, tampered, verify } from '../support/grants.mjs';
import { makeKey, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ settings: issuerSettings });
const organizationOf = (person) => person.profile.default_organization_id;
const empty = {
    jti: null,
    tenantId: null,
    mode: null,
    origin: null,
    scopes: [],
    subject: null,
    issuedAt: null,
    expiresAt: null,
};

function toldOf({ jti, tenantId, mode, origin, scopes, subject, issuedAt, expiresAt }) {
    return { jti, tenantId, mode, origin, scopes, subject, issuedAt, expiresAt };
}

async function assertReason(client, made, reason, more) {
    const answer = await verify(client, made.token, more);
    assert.deepEqual(answer, { valid: false, reason, ...toldOf(made) });
}

test('a good token is valid, and told', async () => {
    const person = await signUp(server);
    const made = await grant(person.client, { mode: 'embed', subject: 'learner-1', scopes: ['chat:write'] });
    for (const more of [{}, { tenantId: made.tenantId }, { origin: partner }, { origin: 'https://PARTNER.example.com:443' }])
        assert.deepEqual(await verify(person.client, made.token, more), { valid: true, reason: null, ...toldOf(made) });
});

test('text that is no integration token is malformed', async () => {
    const person = await signUp(server);
    const { token } = await grant(person.client);
    const [header, claims, signature] = token.split('.');
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const whole = decode(token);
    for (const text of [
        'x',
        '<integration-jwt>',
        '...',
        `${token}.`,
        `${header}.${claims}`,
        `${header}.${claims}.`,
        person.tokens.access_token,
        `${encode({ ...whole.header, typ: 'JWT' })}.${claims}.${signature}`,
        `${encode({ ...whole.header, alg: 'HS256' })}.${claims}.${signature}`,
        `${encode({ ...whole.header, alg: 'none' })}.${claims}.`,
        `${header}.${encode({ ...whole.claims, user_id: undefined })}.${signature}`,
        `${header}.${encode({ ...whole.claims, exp: 'tomorrow' })}.${signature}`,
        `${header}.${encode({ ...whole.claims, iss: 'https://elsewhere.example' })}.${signature}`,
        'a'.repeat(8192),
    ])
        assert.deepEqual(await verify(person.client, text), { valid: false, reason: 'malformed', ...empty });
    assertFaults(await person.client.call('verify_integration_token', { body: { token: 'a'.repeat(8193) } }), ['/token']);
    assertFaults(await person.client.call('verify_integration_token', { body: {} }), ['/token']);
});

test("a token of an organization that the caller does not see is another tenant's", async () => {
    const [person, other] = [await signUp(server), await signUp(server)];
    const made = await grant(person.client);
    await assertReason(other.client, made, 'wrong_tenant');
    await assertReason(other.client, made, 'wrong_tenant', { tenantId: made.tenantId });
    await assertReason(person.client, made, 'wrong_tenant', { tenantId: organizationOf(other) });
    await assertReason(person.client, made, 'wrong_tenant', { tenantId: '<tenant-id>' });
    assert.equal((await verify(person.client, made.token, { tenantId: made.tenantId.toUpperCase() })).valid, true);
});

test('a signature that does not hold says nothing of the token', async () => {
    const person = await signUp(server);
    const { token } = await grant(person.client);
    const answer = { valid: false, reason: 'bad_signature', ...empty };
    assert.deepEqual(await verify(person.client, tampered(token)), answer);
    const [header, , signature] = token.split('.');
    const claims = { ...decode(token).claims, scopes: ['xel:write'] };
    const raised = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
    assert.deepEqual(await verify(person.client, raised), answer);
});

test('a key that the organization does not have is unknown', async () => {
    const person = await signUp(server);
    const { token } = await grant(person.client);
    const { header } = decode(token);
    const [, claims, signature] = token.split('.');
    const renamed = Buffer.from(JSON.stringify({ ...header, kid: 'another' })).toString('base64url');
    const answer = await verify(person.client, `${renamed}.${claims}.${signature}`);
    assert.deepEqual(answer, { valid: false, reason: 'unknown_key', ...empty });
});

test('a token is good from its first second to its last', async () => {
    const { client } = await signUp(server);
    const made = await grant(client, { ttlSeconds: 30 });
    const left = Date.parse(made.expiresAt) - server.clock.now().getTime();
    server.clock.advance({ milliseconds: left - 2_000 });
    assert.equal((await verify(client, made.token)).valid, true);
    server.clock.advance({ milliseconds: 2_000 });
    await assertReason(client, made, 'expired');
    server.clock.advance({ milliseconds: -left });
});

test('a token from the time to come is not valid yet, but for what clocks may differ', async () => {
    const { client } = await signUp(server);
    const made = await grant(client);
    const early = (seconds) => server.clock.advance({ seconds: -seconds });
    early(4); // from a moment in the token's first second or after it
    assert.equal((await verify(client, made.token)).valid, true);
    early(60);
    await assertReason(client, made, 'not_yet_valid');
    early(-64);
});

test('a revoked token is told so, an expired one only that', async () => {
    const { client } = await signUp(server);
    const made = await grant(client, { ttlSeconds: 30 });
    await client.expect(200, 'revoke_integration_token', { body: { integrationToken: made.token } });
    await assertReason(client, made, 'revoked', { origin: 'https://elsewhere.example' });
    server.clock.advance({ seconds: 31 });
    await assertReason(client, made, 'expired');
});

test('a token stops with the API key that issued it', async () => {
    const person = await signUp(server);
    const deleted = await makeKey(person, ['integrations:write']);
    const expires_at = new Date(server.clock.now().getTime() + 60_000).toISOString();
    const expiring = await makeKey(person, ['integrations:write'], { expires_at });
    const [first, second] = [await grant(deleted.client), await grant(expiring.client, { ttlSeconds: 900 })];
    for (const { token } of [first, second]) assert.equal((await verify(person.client, token)).valid, true);
    await person.client.expect(204, 'delete_api_key', { params: { key_id: deleted.id } });
    await assertReason(person.client, first, 'inactive');
    server.clock.advance({ seconds: 60 });
    await assertReason(person.client, second, 'inactive', { origin: 'https://elsewhere.example' });
});

test('a token is bound to one origin', async () => {
    const { client } = await signUp(server);
    const made = await grant(client);
    for (const origin of ['https://elsewhere.example', 'http://partner.example.com', `${partner}:8443`, `${partner}/`, '*'])
        await assertReason(client, made, 'wrong_origin', { origin });
});

test('a key judges tokens of its own organization, with the scope', async () => {
    const person = await signUp(server);
    const made = await grant(person.client);
    const reader = await makeKey(person, ['integrations:read']);
    assert.equal((await verify(reader.client, made.token)).valid, true);
    const writer = await makeKey(person, ['integrations:write']);
    const answer = await writer.client.call('verify_integration_token', { body: { token: made.token } });
    assertError(answer, 403, 'INSUFFICIENT_API_KEY_SCOPE');
    const other = await makeKey(await signUp(server), ['integrations:read']);
    await assertReason(other.client, made, 'wrong_tenant');
});

test('a token does not judge itself', async () => {
    const { client } = await signUp(server);
    const { token } = await grant(client);
    assertError(await bearing(client, token).call('verify_integration_token', { body: { token } }), 403, 'forbidden');
});

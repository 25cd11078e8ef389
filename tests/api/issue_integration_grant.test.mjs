import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test from 'node:test';
import { assertError, assertFaults, assertUuid7 } from '../support/assertions.mjs';
import { implementedContract } from '../support/contract.mjs';
import { decode, grant, grantBody, issuer, issuerSettings, partner, verify } from '../support/grants.mjs';
import { makeKey, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ settings: issuerSettings });
const ask = (client, more, options = {}) =>
    client.call('issue_integration_grant', { body: grantBody(more), ...options });
const organizationOf = (person) => person.profile.default_organization_id;

test('the answer says what the token says, and the token what was asked for', async () => {
    const person = await signUp(server);
    const made = await grant(person.client, { scopes: ['quota:read', 'profile:read'], ttlSeconds: 300 });
    assertUuid7(made.jti);
    const { header, claims } = decode(made.token);
    assert.deepEqual(header, { alg: 'RS256', kid: made.kid, typ: 'xentree-integration+jwt' });
    assert.deepEqual(claims, {
        iss: issuer,
        sub: person.profile.id,
        user_id: person.profile.id,
        aud: partner,
        tenant_id: organizationOf(person),
        mode: 'api',
        origin: partner,
        scopes: ['quota:read', 'profile:read'],
        jti: made.jti,
        iat: Date.parse(made.issuedAt) / 1000,
        nbf: Date.parse(made.issuedAt) / 1000,
        exp: Date.parse(made.expiresAt) / 1000,
    });
    assert.deepEqual(
        [made.tokenType, made.tenantId, made.mode, made.origin, made.scopes, made.subject, made.expiresIn],
        ['Bearer', organizationOf(person), 'api', partner, claims.scopes, null, 300],
    );
    assert.equal(claims.exp - claims.iat, 300);
});

test('the example of the guides works as it stands', async () => {
    const { client } = await signUp(server);
    const { definition } = implementedContract().operation('issue_integration_grant');
    const { value } = definition.requestBody.content['application/json'].examples.documented;
    const made = await client.expect(201, 'issue_integration_grant', { body: value });
    assert.deepEqual([made.scopes, made.expiresIn], [['profile:read', 'quota:read'], 120]);
});

test('without a life told it is two minutes, without an organization the own one', async () => {
    const person = await signUp(server);
    const made = await grant(person.client);
    assert.deepEqual([made.expiresIn, made.tenantId], [120, organizationOf(person)]);
});

test("a subject is the partner's own name of its user, and the token acts for the caller all the same", async () => {
    const person = await signUp(server);
    const made = await grant(person.client, { subject: 'learner-4711', tenantId: organizationOf(person).toUpperCase() });
    const { claims } = decode(made.token);
    assert.deepEqual([made.subject, claims.sub, claims.user_id], ['learner-4711', 'learner-4711', person.profile.id]);
});

test('an origin is compared in lower case and without its usual port', async () => {
    const { client } = await signUp(server);
    for (const [origin, form] of [
        ['https://Partner.Example.com:443', 'https://partner.example.com'],
        ['https://partner.example.com:8443', 'https://partner.example.com:8443'],
        ['http://localhost:80', 'http://localhost'],
        ['http://localhost:5173', 'http://localhost:5173'],
        ['https://[2001:DB8::0:1]', 'https://[2001:db8::1]'],
        ['https://192.0.2.7', 'https://192.0.2.7'],
        ['https://xn--bcher-kva.example', 'https://xn--bcher-kva.example'],
    ]) {
        const made = await grant(client, { origin });
        assert.deepEqual([made.origin, decode(made.token).claims.aud], [form, form]);
    }
});

for (const [what, origin] of [
    ['a path', 'https://partner.example.com/app'],
    ['a slash at its end', 'https://partner.example.com/'],
    ['a query', 'https://partner.example.com?x=1'],
    ['a wildcard', 'https://*.example.com'],
    ['no host', 'https://.'],
    ['a user', 'https://partner@evil.example.com'],
    ['http elsewhere than on localhost', 'http://partner.example.com'],
    ['another scheme', 'ftp://partner.example.com'],
    ['a script for a scheme', 'javascript://partner.example.com'],
    ['letters that look alike', 'https://pаrtner.example.com'],
    ['a port of 0', 'https://partner.example.com:0'],
    ['a port above 65535', 'https://partner.example.com:65536'],
    ['an empty label', 'https://partner..example.com'],
    ['a label that begins with a hyphen', 'https://-partner.example.com'],
    ['a label of 64 letters', `https://${'a'.repeat(64)}.example.com`],
    ['a name of 254 letters', `https://${'a.'.repeat(126)}ab`],
    ['brackets about no address', 'https://[1:2:3]'],
    ['a number that is no address', 'https://300.1.1.1'],
]) {
    test(`an origin with ${what} is a fault`, async () => {
        const { client } = await signUp(server);
        const answer = await ask(client, { origin });
        assertFaults(answer, ['/origin']);
        assert.equal(answer.body.detail.errors.length, 1);
    });
}

test('all faults of a body are told at once', async () => {
    const { client } = await signUp(server);
    const body = { mode: 'page', origin: 'https://-', scopes: ['everything'], ttlSeconds: 29, tenantId: 'x', subject: '' };
    assertFaults(await client.call('issue_integration_grant', { body }), [
        '/mode',
        '/origin',
        '/scopes/0',
        '/ttlSeconds',
        '/tenantId',
        '/subject',
    ]);
    for (const ttlSeconds of [0, -1, 901, 1e9, 60.5, '60'])
        assertFaults(await ask(client, { ttlSeconds }), ['/ttlSeconds']);
    for (const scopes of [[], ['profile:read', 'profile:read']]) assertFaults(await ask(client, { scopes }), ['/scopes']);
    for (const ttlSeconds of [30, 900]) await grant(client, { ttlSeconds });
    assertFaults(await client.call('issue_integration_grant', { body: {} }), ['/mode', '/origin', '/scopes']);
});

test("another's organization is not there, nor any but its own to a key", async () => {
    const [person, other] = [await signUp(server), await signUp(server)];
    assertError(await ask(person.client, { tenantId: organizationOf(other) }), 404, 'not_found');
    const { client } = await makeKey(person, ['integrations:write']);
    assertError(await ask(client, { tenantId: organizationOf(other) }), 404, 'not_found');
});

test('a key needs the scope, and names itself in the token', async () => {
    const person = await signUp(server);
    const key = await makeKey(person, ['integrations:write']);
    const made = await grant(key.client, { scopes: ['profile:read', 'quota:read'] });
    assert.equal(decode(made.token).claims.key_id, key.id);
    assert.equal(made.tenantId, organizationOf(person));
    const { client } = await makeKey(person, ['integrations:read']);
    const answer = await ask(client);
    assertError(answer, 403, 'INSUFFICIENT_API_KEY_SCOPE');
    assert.equal(answer.body.detail.required_scope, 'integrations:write');
});

for (const [granted, behind] of [
    ['chat:write', 'conversations:write'],
    ['knowledge:read', 'rag:read'],
    ['live:write', 'live:write'],
    ['xel:read', 'xel:read'],
    ['xel:write', 'xel:write'],
]) {
    test(`a key grants ${granted} only where it has ${behind}`, async () => {
        const person = await signUp(server);
        const all = implementedContract().document.components.schemas.ApiKeyScope.enum;
        const without = await makeKey(person, all.filter((scope) => ![behind, 'api:admin'].includes(scope)));
        const answer = await ask(without.client, { scopes: ['profile:read', granted] });
        assertError(answer, 403, 'INSUFFICIENT_API_KEY_SCOPE');
        assert.equal(answer.body.detail.required_scope, behind);
        const withIt = await makeKey(person, ['integrations:write', behind]);
        await grant(withIt.client, { scopes: [granted] });
        const root = await makeKey(person, ['api:admin']);
        await grant(root.client, { scopes: [granted] });
    });
}

test('a session grants every scope', async () => {
    const { client } = await signUp(server);
    const scopes = implementedContract().document.components.schemas.IntegrationGrantScope.enum;
    assert.deepEqual((await grant(client, { scopes })).scopes, scopes);
});

test('a repeated request gets the same token with its first expiry, as long as that lives', async () => {
    const { client } = await signUp(server);
    const idempotencyKey = crypto.randomUUID();
    const first = await grant(client, { ttlSeconds: 60 }, { idempotencyKey });
    server.clock.advance({ seconds: 40 });
    assert.deepEqual(await grant(client, { ttlSeconds: 60 }, { idempotencyKey }), first);
    assertError(await ask(client, { ttlSeconds: 61 }, { idempotencyKey }), 409, 'idempotency_key_reused');
    server.clock.advance({ seconds: 20 });
    const second = await grant(client, { ttlSeconds: 61 }, { idempotencyKey });
    assert.notEqual(second.jti, first.jti);
    assert.equal((await verify(client, second.token)).valid, true);
});

test('of requests with one Idempotency-Key at once one token comes', async () => {
    const { client } = await signUp(server);
    const idempotencyKey = crypto.randomUUID();
    const made = await Promise.all(Array.from({ length: 8 }, () => grant(client, {}, { idempotencyKey })));
    assert.equal(new Set(made.map(({ token }) => token)).size, 1);
});

test('an integration token issues no grants', async () => {
    const { client } = await signUp(server);
    const { token } = await grant(client);
    assertError(await ask(client.with({ token })), 403, 'forbidden');
});

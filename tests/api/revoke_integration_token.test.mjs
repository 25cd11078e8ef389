import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { bearing, grant, issuerSettings, tampered } from '../support/grants.mjs';
import { makeKey, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ settings: issuerSettings });
const organizationOf = (person) => person.profile.default_organization_id;
const ask = (client, body) => client.call('revoke_integration_token', { body });
const revoke = (client, body) => client.expect(200, 'revoke_integration_token', { body });

test('a token is refused from the next request on', async () => {
    const { client } = await signUp(server);
    const { token, jti, tenantId } = await grant(client);
    const bearer = bearing(client, token);
    await bearer.expect(200, 'get_current_user');
    const answer = await revoke(client, { integrationToken: token, reason: 'security-incident' });
    assert.deepEqual(
        { ...answer, revokedAt: undefined },
        { revoked: true, jti, tenantId, reason: 'security-incident', revokedAt: undefined, alreadyRevoked: false },
    );
    assertError(await bearer.call('get_current_user'), 401, 'invalid_token');
});

test('a token is revoked by its id as well', async () => {
    const { client } = await signUp(server);
    const { token, jti, tenantId } = await grant(client);
    const answer = await revoke(client, { tenantId: tenantId.toUpperCase(), jti: jti.toUpperCase() });
    assert.deepEqual([answer.jti, answer.tenantId, answer.reason], [jti, tenantId, null]);
    assertError(await bearing(client, token).call('get_current_user'), 401, 'invalid_token');
});

test('revoking again changes nothing and answers the first revocation', async () => {
    const { client } = await signUp(server);
    const { token, jti, tenantId } = await grant(client);
    const first = await revoke(client, { integrationToken: token, reason: 'first' });
    server.clock.advance({ seconds: 5 });
    const again = await revoke(client, { tenantId, jti, reason: 'second' });
    assert.deepEqual(again, { ...first, alreadyRevoked: true });
});

test('of revocations at once one is the first', async () => {
    const { client } = await signUp(server);
    const { token } = await grant(client);
    const answers = await Promise.all(
        Array.from({ length: 8 }, (_, number) => revoke(client, { integrationToken: token, reason: `${number}` })),
    );
    assert.equal(answers.filter(({ alreadyRevoked }) => !alreadyRevoked).length, 1);
    assert.equal(new Set(answers.map(({ reason, revokedAt }) => `${reason} ${revokedAt}`)).size, 1);
});

test('an id can be barred that is not known here', async () => {
    const person = await signUp(server);
    const tenantId = organizationOf(person);
    for (const jti of [crypto.randomUUID(), 'any text at all', 'x'.repeat(128)]) {
        const answer = await revoke(person.client, { tenantId, jti });
        assert.deepEqual([answer.jti, answer.alreadyRevoked], [jti, false]);
        assert.equal((await revoke(person.client, { tenantId, jti })).alreadyRevoked, true);
    }
});

test('an expired token is revoked all the same', async () => {
    const { client } = await signUp(server);
    const { token } = await grant(client, { ttlSeconds: 30 });
    server.clock.advance({ seconds: 31 });
    assertError(await bearing(client, token).call('get_current_user'), 401, 'token_expired');
    await revoke(client, { integrationToken: token });
    assertError(await bearing(client, token).call('get_current_user'), 401, 'invalid_token');
});

test('exactly one of two forms is taken', async () => {
    const person = await signUp(server);
    const { token, jti, tenantId } = await grant(person.client);
    for (const body of [
        {},
        { reason: 'why' },
        { jti },
        { tenantId },
        { integrationToken: token, jti },
        { integrationToken: token, tenantId, jti },
    ]) {
        const answer = await ask(person.client, body);
        assertFaults(answer, ['']);
        assert.equal(answer.body.detail.errors[0].message, 'give integrationToken, or tenantId and jti');
    }
    assertFaults(await ask(person.client, { integrationToken: '', reason: '', jti: 5 }), [
        '',
        '/integrationToken',
        '/reason',
        '/jti',
    ]);
    await revoke(person.client, { integrationToken: token, tenantId });
});

test('a token that is none of this API is a fault', async () => {
    const person = await signUp(server);
    const { token } = await grant(person.client);
    for (const integrationToken of ['<integration-jwt>', tampered(token), person.tokens.access_token]) {
        const answer = await ask(person.client, { integrationToken });
        assertFaults(answer, ['/integrationToken']);
        assert.equal(answer.body.detail.errors[0].message, 'is no integration token of this API');
    }
    await bearing(person.client, token).expect(200, 'get_current_user');
});

test("another's organization is not there, and its tokens stay", async () => {
    const [person, other] = [await signUp(server), await signUp(server)];
    const { token, jti, tenantId } = await grant(person.client);
    const key = await makeKey(other, ['integrations:write']);
    for (const client of [other.client, key.client]) {
        for (const body of [
            { integrationToken: token },
            { integrationToken: token, tenantId },
            { tenantId, jti },
            { tenantId: '<tenant-id>', jti },
            { integrationToken: token, tenantId: '<tenant-id>' },
        ])
            assertError(await ask(client, body), 404, 'not_found');
    }
    assertError(await ask(person.client, { integrationToken: token, tenantId: organizationOf(other) }), 404, 'not_found');
    await bearing(person.client, token).expect(200, 'get_current_user');
});

test("an id barred in one organization says nothing of another's", async () => {
    const [person, other] = [await signUp(server), await signUp(server)];
    const { token, jti } = await grant(person.client);
    await revoke(other.client, { tenantId: organizationOf(other), jti });
    await bearing(person.client, token).expect(200, 'get_current_user');
});

test('a key revokes in its own organization, with the scope', async () => {
    const person = await signUp(server);
    const { token, tenantId, jti } = await grant(person.client);
    const reader = await makeKey(person, ['integrations:read']);
    assertError(await ask(reader.client, { integrationToken: token }), 403, 'INSUFFICIENT_API_KEY_SCOPE');
    const writer = await makeKey(person, ['integrations:write']);
    assert.equal((await revoke(writer.client, { tenantId, jti })).alreadyRevoked, false);
});

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { bearing, decode, grant, grantBody, issuerSettings, tampered, verify } from '../support/grants.mjs';
import { makeKey, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ settings: issuerSettings });
const ask = (client, more, options = {}) =>
    client.call('rotate_integration_token', { body: grantBody(more), ...options });
const rotate = (client, more, options = {}) =>
    client.expect(201, 'rotate_integration_token', { body: grantBody(more), ...options });

async function assertWorks(client, token, works = true) {
    assert.equal((await verify(client, token)).valid, works);
}

test('a new token comes and the old one goes, by the token or by its id', async () => {
    const { client } = await signUp(server);
    for (const name of [(old) => ({ integrationToken: old.token }), (old) => ({ previousJti: old.jti.toUpperCase() })]) {
        const old = await grant(client, { subject: 'learner-1' });
        const made = await rotate(client, { ...name(old), scopes: ['quota:read'], reason: 'scheduled-rotation' });
        assert.deepEqual([made.previousJti, made.previousRevoked], [old.jti, true]);
        assert.deepEqual([made.subject, made.scopes], [null, ['quota:read']]);
        assert.equal(decode(made.token).claims.jti, made.jti);
        await assertWorks(client, made.token);
        await assertWorks(client, old.token, false);
        assertError(await bearing(client, old.token).call('get_current_user'), 401, 'invalid_token');
        const again = await client.expect(200, 'revoke_integration_token', { body: { integrationToken: old.token } });
        assert.deepEqual([again.alreadyRevoked, again.reason], [true, 'scheduled-rotation']);
    }
});

test('the old token stays where that is asked for', async () => {
    const { client } = await signUp(server);
    const old = await grant(client);
    const made = await rotate(client, { integrationToken: old.token, revokePrevious: false });
    assert.deepEqual([made.previousJti, made.previousRevoked], [old.jti, false]);
    await assertWorks(client, old.token);
    await assertWorks(client, made.token);
});

test('without an old token it is a grant', async () => {
    const { client } = await signUp(server);
    const made = await rotate(client, {});
    assert.deepEqual([made.previousJti, made.previousRevoked], [null, false]);
    await assertWorks(client, made.token);
});

test('an old token that is expired or revoked already is no hindrance', async () => {
    const { client } = await signUp(server);
    const [expired, revoked] = [await grant(client, { ttlSeconds: 30 }), await grant(client, { ttlSeconds: 900 })];
    server.clock.advance({ seconds: 31 });
    await client.expect(200, 'revoke_integration_token', { body: { integrationToken: revoked.token, reason: 'first' } });
    assert.equal((await rotate(client, { integrationToken: expired.token })).previousRevoked, true);
    assert.equal((await rotate(client, { integrationToken: revoked.token, reason: 'second' })).previousRevoked, true);
    const still = await rotate(client, { previousJti: revoked.jti, revokePrevious: false });
    assert.equal(still.previousRevoked, true);
    assert.equal((await rotate(client, { previousJti: 'never heard of' })).previousJti, 'never heard of');
});

test('where the new token cannot be issued the old one works on', async () => {
    const [person, other] = [await signUp(server), await signUp(server)];
    const old = await grant(person.client);
    const { client } = await makeKey(person, ['integrations:write']);
    const named = { integrationToken: old.token };
    assertFaults(await ask(person.client, { ...named, ttlSeconds: 29 }), ['/ttlSeconds']);
    assertFaults(await ask(person.client, { ...named, origin: 'https://-' }), ['/origin']);
    assertError(await ask(client, { ...named, scopes: ['chat:write'] }), 403, 'INSUFFICIENT_API_KEY_SCOPE');
    const tenantId = other.profile.default_organization_id;
    assertError(await ask(person.client, { ...named, tenantId }), 404, 'not_found');
    await assertWorks(person.client, old.token);
});

test('the old token is named in one way', async () => {
    const { client } = await signUp(server);
    const old = await grant(client);
    assertFaults(await ask(client, { integrationToken: old.token, previousJti: old.jti, origin: 'https://-' }), [
        '',
        '/origin',
    ]);
    for (const integrationToken of ['<integration-jwt>', tampered(old.token)])
        assertFaults(await ask(client, { integrationToken }), ['/integrationToken']);
    await assertWorks(client, old.token);
});

test("another's token is not there, and stays", async () => {
    const [person, other] = [await signUp(server), await signUp(server)];
    const old = await grant(person.client);
    for (const revokePrevious of [true, false])
        assertError(await ask(other.client, { integrationToken: old.token, revokePrevious }), 404, 'not_found');
    await rotate(other.client, { previousJti: old.jti }); // an id of the other's organization
    await assertWorks(person.client, old.token);
});

test('a repeated request gets the same answer and revokes once', async () => {
    const { client } = await signUp(server);
    const old = await grant(client);
    const idempotencyKey = crypto.randomUUID();
    const first = await rotate(client, { previousJti: old.jti }, { idempotencyKey });
    assert.deepEqual(await rotate(client, { previousJti: old.jti }, { idempotencyKey }), first);
    assertError(await ask(client, { previousJti: 'another' }, { idempotencyKey }), 409, 'idempotency_key_reused');
});

test('of rotations at once each gets a token of its own, and the old one is gone', async () => {
    const { client } = await signUp(server);
    const old = await grant(client);
    const made = await Promise.all(Array.from({ length: 6 }, () => rotate(client, { integrationToken: old.token })));
    assert.equal(new Set(made.map(({ jti }) => jti)).size, 6);
    for (const { token, previousRevoked } of made) {
        assert.equal(previousRevoked, true);
        await assertWorks(client, token);
    }
    await assertWorks(client, old.token, false);
});

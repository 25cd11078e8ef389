import assert from 'node:assert/strict';
import test from 'node:test';
import { createLocalJWKSet, createRemoteJWKSet, jwtVerify } from 'jose';
import { assertError } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { bearing, grant, grantBody, issuer, issuerSettings, partner, tampered, verify } from '../support/grants.mjs';
import { addMember, logIn, makeKey, makeOrganization, removeMember, signUp } from '../support/people.mjs';
import { useNodes } from '../support/setup.mjs';

// What ends a token at one node has ended it for the next request at the other.
const [first, second] = useNodes({ settings: issuerSettings });
const usedElsewhere = ({ token }) => bearing(new Client(second), token);

async function assertEndedBy(made, end) {
    const bearer = usedElsewhere(made);
    await bearer.expect(200, 'get_current_user');
    await end();
    assertError(await bearer.call('get_current_user'), 401, 'invalid_token');
}

async function adminWithToken(more = {}) {
    const [owner, person] = [await signUp(first), await signUp(first)];
    const organization = await makeOrganization(owner);
    await addMember(owner, organization, person, { role: 'admin' });
    const made = await grant(person.client, { tenantId: organization.id, ...more });
    return { owner, person, organization, made };
}

test('a revocation ends a token everywhere', async () => {
    const { client } = await signUp(first);
    const made = await grant(client);
    await assertEndedBy(made, () =>
        client.expect(200, 'revoke_integration_token', { body: { integrationToken: made.token } }),
    );
});

test('a rotation ends the old token everywhere', async () => {
    const { client } = await signUp(first);
    const made = await grant(client);
    const body = grantBody({ previousJti: made.jti });
    await assertEndedBy(made, () => client.expect(201, 'rotate_integration_token', { body }));
});

test('a deleted key ends the tokens that it issued', async () => {
    const person = await signUp(first);
    const key = await makeKey(person, ['integrations:write']);
    const made = await grant(key.client);
    await assertEndedBy(made, () => person.client.expect(204, 'delete_api_key', { params: { key_id: key.id } }));
});

test('a member who is removed loses the tokens of that organization for good, and no others', async () => {
    const { owner, person, organization, made } = await adminWithToken();
    const own = await grant(person.client);
    await assertEndedBy(made, () => removeMember(owner, organization, person));
    assert.equal((await verify(owner.client, made.token)).reason, 'inactive');
    await addMember(owner, organization, person, { role: 'admin' });
    assertError(await usedElsewhere(made).call('get_current_user'), 401, 'invalid_token');
    await usedElsewhere(own).expect(200, 'get_current_user');
});

test('a deleted organization ends its tokens', async () => {
    const { owner, organization, made } = await adminWithToken();
    await assertEndedBy(made, () =>
        owner.client.expect(204, 'delete_organization', { params: { org_id: organization.id } }),
    );
});

test('a deactivated account ends its tokens, and gets those that live back with the account', async () => {
    const { owner, person, made } = await adminWithToken({ ttlSeconds: 900 });
    await assertEndedBy(made, () => first.admin('deactivate-user', person.username));
    assert.equal((await verify(owner.client, made.token)).reason, 'inactive');
    await first.admin('activate-user', person.username);
    await usedElsewhere(made).expect(200, 'get_current_user');
});

test('tokens are verified across a change of signing keys, by every node and by an outsider', async () => {
    const person = await signUp(first);
    const tenantId = person.profile.default_organization_id;
    const jwks = new URL(`/api/integration/jwks?tenantId=${tenantId}`, second.url);
    const early = createLocalJWKSet(await (await fetch(jwks)).json());
    const before = await grant(person.client, { ttlSeconds: 900 });
    await first.admin('rotate-keys', '--test-clock', first.clock.file, '--organization', tenantId);
    first.clock.advance({ minutes: 7 });
    const after = await grant(person.client, { ttlSeconds: 900 });
    assert.notEqual(after.kid, before.kid);

    const options = { issuer, audience: partner, typ: 'xentree-integration+jwt', algorithms: ['RS256'] };
    const now = () => ({ ...options, currentDate: first.clock.now() });
    for (const made of [before, after]) {
        const { payload } = await jwtVerify(made.token, createRemoteJWKSet(jwks), now());
        assert.equal(payload.jti, made.jti);
        assert.equal((await verify(person.client, made.token)).valid, true);
        await usedElsewhere(made).expect(200, 'get_current_user');
        await assert.rejects(jwtVerify(tampered(made.token), createRemoteJWKSet(jwks), now()), /signature/);
    }
    await assert.rejects(jwtVerify(after.token, early, now()), { code: 'ERR_JWKS_NO_MATCHING_KEY' });

    // When the old key is gone nothing is left that it signed.
    first.clock.advance({ minutes: 25 });
    const { access_token } = await logIn(person.client, person.username);
    const client = person.client.with({ token: access_token });
    assert.equal((await verify(client, before.token)).reason, 'unknown_key');
    assert.equal((await verify(client, after.token)).reason, 'expired');
});

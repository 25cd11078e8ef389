import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { grant, issuerSettings } from '../support/grants.mjs';
import { makeKey, signUp, signUpAdmin } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ settings: issuerSettings });
const organizationOf = (person) => person.profile.default_organization_id;
const list = (client, query) => client.expect(200, 'list_integration_token_revocations', { query });
const revoke = (client, body) => client.expect(200, 'revoke_integration_token', { body });

test('the latest is first, with who, why and when', async () => {
    const [admin, person] = [await signUpAdmin(server), await signUp(server)];
    const tenantId = organizationOf(person);
    const made = await grant(person.client);
    const first = await revoke(person.client, { integrationToken: made.token, reason: 'lost' });
    server.clock.advance({ seconds: 1 });
    const second = await revoke(person.client, { tenantId, jti: 'unknown' });
    const revokedBy = person.profile.id;
    assert.deepEqual(await list(admin.client, { tenantId }), [
        { jti: 'unknown', tenantId, reason: null, revokedBy, revokedAt: second.revokedAt, expiresAt: null },
        { jti: made.jti, tenantId, reason: 'lost', revokedBy, revokedAt: first.revokedAt, expiresAt: made.expiresAt },
    ]);
});

test('of a token revoked by its id the expiry is known where the token is', async () => {
    const [admin, person] = [await signUpAdmin(server), await signUp(server)];
    const { client } = await makeKey(person, ['integrations:write']);
    const { jti, tenantId, expiresAt } = await grant(client);
    await revoke(client, { tenantId, jti });
    const [item] = await list(admin.client, { tenantId });
    assert.deepEqual([item.expiresAt, item.revokedBy], [expiresAt, person.profile.id]);
});

test('all organizations are listed together, page by page', async () => {
    const admin = await signUpAdmin(server);
    const people = [await signUp(server), await signUp(server)];
    const made = [];
    for (let number = 0; number < 6; number += 1) {
        const person = people[number % 2];
        const jti = `token-${number}`;
        await revoke(person.client, { tenantId: organizationOf(person), jti });
        made.unshift(`${organizationOf(person)} ${jti}`);
        if (number % 3 === 2) server.clock.advance({ seconds: 1 });
    }
    for (const tenantId of [undefined, organizationOf(people[0])]) {
        const query = { limit: 2, ...(tenantId ? { tenantId } : {}) };
        const found = [];
        let answer = await admin.client.call('list_integration_token_revocations', { query });
        for (;;) {
            found.push(...answer.body.map((item) => `${item.tenantId} ${item.jti}`));
            const [, next] = /<([^>]+)>; rel="next"/.exec(answer.headers.get('Link') ?? '') ?? [];
            if (!next) break;
            answer = await admin.client.request('GET', next);
        }
        assert.equal(new Set(found).size, found.length);
        const wanted = made.filter((item) => !tenantId || item.startsWith(tenantId));
        assert.deepEqual(found.filter((item) => made.includes(item)).sort(), wanted.sort());
    }
});

test('an unknown organization is not there, a malformed id is a fault', async () => {
    const { client } = await signUpAdmin(server);
    const ask = (tenantId) => client.call('list_integration_token_revocations', { query: { tenantId } });
    assertError(await ask('019df244-fa20-74ae-87b2-b94176a5dbcf'), 404, 'not_found');
    assertFaults(await ask('mine'), ['tenantId']);
});

test('only a platform admin reads it, by a session', async () => {
    const [admin, person] = [await signUpAdmin(server), await signUp(server)];
    assertError(await person.client.call('list_integration_token_revocations'), 403, 'admin_required');
    const { client } = await makeKey(admin, ['api:admin']);
    assertError(await client.call('list_integration_token_revocations'), 403, 'bearer_required');
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { accept, invite, inviters, revoke, signUpFor, statusOf } from '../support/invitations.mjs';
import { addMember, logIn, makeKey, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

test('a revoked link stops working at once and stays in the list as revoked', async () => {
    const { organization, owner, admin } = await inviters(server);
    const invitation = await invite(admin, organization);
    assert.equal((await revoke(owner, organization, invitation)).status, 204);
    assert.equal(await statusOf(admin, organization, invitation), 'revoked');
    assertError(await accept(await signUpFor(server, invitation), invitation), 409, 'invitation_revoked');
});

test('revoking again changes nothing, nor does revoking what has expired', async () => {
    const { organization, admin } = await inviters(server);
    const [revoked, expired] = [await invite(admin, organization), await invite(admin, organization)];
    for (let number = 0; number < 2; number += 1)
        assert.equal((await revoke(admin, organization, revoked)).status, 204);
    server.clock.advance({ days: 7 });
    const { access_token: token } = await logIn(admin.client, admin.username);
    const later = { client: admin.client.with({ token }) };
    assert.equal((await revoke(later, organization, expired)).status, 204);
    assert.equal(await statusOf(later, organization, expired), 'expired');
    assert.equal(await statusOf(later, organization, revoked), 'revoked');
});

test('an accepted one cannot be revoked', async () => {
    const { organization, admin } = await inviters(server);
    const invitation = await invite(admin, organization);
    await accept(await signUpFor(server, invitation), invitation);
    assertError(await revoke(admin, organization, invitation), 409, 'invitation_accepted');
});

test('of an acceptance and a revocation at once one wins, and both say the same of it', async () => {
    const { organization, admin } = await inviters(server);
    for (let round = 0; round < 6; round += 1) {
        const invitation = await invite(admin, organization);
        const guest = await signUpFor(server, invitation);
        const [joined, revoked] = await Promise.all([accept(guest, invitation), revoke(admin, organization, invitation)]);
        const status = await statusOf(admin, organization, invitation);
        if (status === 'accepted') {
            assert.equal(joined.status, 200, joined.text);
            assertError(revoked, 409, 'invitation_accepted');
        } else {
            assert.equal(status, 'revoked');
            assert.equal(revoked.status, 204, revoked.text);
            assertError(joined, 409, 'invitation_revoked');
        }
    }
});

test('is for owners and admins of the organization', async () => {
    const { organization, owner, admin } = await inviters(server);
    const invitation = await invite(admin, organization);
    for (const role of ['instructor', 'member']) {
        const person = await signUp(server);
        await addMember(owner, organization, person, { role });
        assertError(await revoke(person, organization, invitation), 403, 'forbidden');
    }
    assertError(await revoke(await signUp(server), organization, invitation), 404, 'not_found');
    const key = await makeKey(admin, ['organizations:read'], { organization_id: organization.id });
    assertError(await revoke(key, organization, invitation), 403, 'INSUFFICIENT_API_KEY_SCOPE');
    assert.equal(await statusOf(admin, organization, invitation), 'pending');
});

test('an invitation of another organization is not there, nor is an unknown or malformed one', async () => {
    const [one, other] = [await inviters(server), await inviters(server)];
    const invitation = await invite(one.admin, one.organization);
    assertError(await revoke(other.admin, other.organization, invitation), 404, 'not_found');
    assertError(await revoke(one.admin, one.organization, { id: one.organization.id }), 404, 'not_found');
    assertFaults(await revoke(one.admin, one.organization, { id: 'x' }), ['invitation_id']);
    assert.equal(await statusOf(one.admin, one.organization, invitation), 'pending');
});

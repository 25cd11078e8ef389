import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { bearing, grant, grantBody, issuerSettings, verify } from '../support/grants.mjs';
import { addMember, makeKey, makeOrganization, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ settings: issuerSettings });
const revoke = (person, body) => person.client.call('revoke_integration_token', { body });
const rotate = (person, more) => person.client.call('rotate_integration_token', { body: grantBody(more) });

function setRole(owner, organization, person, role) {
    const params = { org_id: organization.id, target_user_id: person.profile.id };
    return owner.client.expect(200, 'update_organization_member_role', { params, body: { role } });
}

// An organization with a member of each role: { organization, owner, admin, instructor, member }.
async function team() {
    const owner = await signUp(server);
    const organization = await makeOrganization(owner);
    const people = { owner };
    for (const role of ['admin', 'instructor', 'member']) {
        people[role] = await signUp(server);
        await addMember(owner, organization, people[role], { role });
    }
    return { organization, tenantId: organization.id, ...people };
}

// A token that acts for somebody who may issue none any more.
async function tokenOf(person, { owner, organization, tenantId }, role) {
    await setRole(owner, organization, person, 'admin');
    const made = await grant(person.client, { tenantId });
    await setRole(owner, organization, person, role);
    return made;
}

test('owners and admins issue grants, lower roles none, nor their keys', async () => {
    const all = await team();
    const { tenantId } = all;
    for (const role of ['owner', 'admin']) {
        const made = await grant(all[role].client, { tenantId });
        assert.equal((await bearing(all[role].client, made.token).expect(200, 'get_current_user')).id, all[role].profile.id);
    }
    for (const role of ['instructor', 'member']) {
        const { client } = await makeKey(all[role], ['integrations:write'], { organization_id: tenantId });
        for (const each of [all[role].client, client])
            for (const operation of ['issue_integration_grant', 'rotate_integration_token']) {
                const answer = await each.call(operation, { body: grantBody({ tenantId }) });
                assertError(answer, 403, 'forbidden');
            }
    }
});

test('the organization comes before the role, and both before the Idempotency-Key', async () => {
    const { admin, owner, organization, tenantId } = await team();
    const idempotencyKey = 'once';
    await grant(admin.client, { tenantId }, { idempotencyKey });
    await setRole(owner, organization, admin, 'member');
    const again = { body: grantBody({ tenantId }), idempotencyKey };
    assertError(await admin.client.call('issue_integration_grant', again), 403, 'forbidden');
    await owner.client.expect(200, 'remove_organization_member', {
        params: { org_id: tenantId, target_user_id: admin.profile.id },
    });
    assertError(await admin.client.call('issue_integration_grant', again), 404, 'not_found');
});

test('a token goes on where its user may issue no more of them', async () => {
    const all = await team();
    const { token } = await tokenOf(all.member, all, 'member');
    await bearing(all.member.client, token).expect(200, 'get_current_user');
});

test('every member may have a token of the organization judged', async () => {
    const all = await team();
    const { token } = await grant(all.owner.client, { tenantId: all.tenantId });
    for (const role of ['admin', 'instructor', 'member'])
        assert.equal((await verify(all[role].client, token)).valid, true);
});

test('owners and admins revoke all tokens, others those that act for them', async () => {
    const all = await team();
    const { tenantId } = all;
    const theirs = await grant(all.owner.client, { tenantId });
    for (const role of ['instructor', 'member']) {
        for (const body of [{ integrationToken: theirs.token }, { tenantId, jti: theirs.jti }, { tenantId, jti: 'unknown' }])
            assertError(await revoke(all[role], body), 403, 'forbidden');
        const [first, second] = [await tokenOf(all[role], all, role), await tokenOf(all[role], all, role)];
        assert.equal((await revoke(all[role], { integrationToken: first.token })).status, 200);
        assert.equal((await revoke(all[role], { tenantId, jti: second.jti })).status, 200);
        const third = await tokenOf(all[role], all, role);
        assert.equal((await revoke(all.admin, { tenantId, jti: third.jti })).status, 200);
        const fourth = await tokenOf(all[role], all, role);
        assert.equal((await revoke(all.owner, { integrationToken: fourth.token })).status, 200);
    }
    await bearing(all.owner.client, theirs.token).expect(200, 'get_current_user');
});

test('a revocation of another organization than the token is a fault', async () => {
    const { owner, tenantId } = await team();
    const { token } = await grant(owner.client, { tenantId });
    const answer = await revoke(owner, { integrationToken: token, tenantId: owner.profile.default_organization_id });
    assertFaults(answer, ['/tenantId']);
    await bearing(owner.client, token).expect(200, 'get_current_user');
});

test('a rotation into another organization takes the right to revoke in the old one', async () => {
    const all = await team();
    const { owner, admin, member, tenantId } = all;
    const old = await grant(owner.client, { tenantId });
    const own = member.profile.default_organization_id;
    assertError(await rotate(member, { tenantId: own, integrationToken: old.token }), 403, 'forbidden');
    await bearing(owner.client, old.token).expect(200, 'get_current_user');
    const kept = await rotate(member, { tenantId: own, integrationToken: old.token, revokePrevious: false });
    assert.deepEqual([kept.status, kept.body.previousRevoked], [201, false]);
    const made = await rotate(admin, { tenantId: admin.profile.default_organization_id, integrationToken: old.token });
    assert.deepEqual([made.status, made.body.previousRevoked], [201, true]);
    assertError(await bearing(owner.client, old.token).call('get_current_user'), 401, 'invalid_token');
});

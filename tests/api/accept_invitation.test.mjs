import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults, countStatuses } from '../support/assertions.mjs';
import { accept, freshEmail, invite, inviters, signUpFor, statusOf } from '../support/invitations.mjs';
import { addMember, logIn, makeKey, makeOrganization, removeMember, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

const members = ({ client }, organization) =>
    client.expect(200, 'list_organization_members', { params: { org_id: organization.id } });
const setRole = ({ client }, organization, { profile }, role) =>
    client.expect(200, 'update_organization_member_role', {
        params: { org_id: organization.id, target_user_id: profile.id },
        body: { role },
    });

test('makes the caller a member by its own act, with role and team of the invitation', async () => {
    const { organization, admin } = await inviters(server);
    const email = freshEmail();
    const invitation = await invite(admin, organization, { email, role: 'instructor', team: 'Berlin' });
    const guest = await signUp(server, { email: email.toUpperCase(), full_name: 'Mara Lind' });
    const { joined_at, ...member } = (await accept(guest, invitation)).body;
    assert.deepEqual(member, {
        user_id: guest.profile.id,
        username: guest.username,
        full_name: 'Mara Lind',
        email: guest.email,
        avatar_url: null,
        role: 'instructor',
        team: 'Berlin',
        organization_id: organization.id,
        last_active_at: null,
    });
    assert.ok(Math.abs(Date.parse(joined_at) - server.clock.now()) < 60_000);
    const listed = (await members(admin, organization)).find(({ user_id }) => user_id === guest.profile.id);
    assert.equal(listed.email, guest.email); // seen, since it came by itself
    assert.equal(await statusOf(admin, organization, invitation), 'accepted');
});

test('an address need not be verified', async () => {
    const { organization, admin } = await inviters(server);
    const invitation = await invite(admin, organization);
    const guest = await signUpFor(server, invitation);
    assert.equal(guest.profile.email_verified, false);
    assert.equal((await accept(guest, invitation)).status, 200);
});

test('accepting again while still a member answers the membership once more', async () => {
    const { organization, owner, admin } = await inviters(server);
    const invitation = await invite(admin, organization);
    const guest = await signUpFor(server, invitation);
    const first = await accept(guest, invitation);
    await setRole(owner, organization, guest, 'admin');
    assert.deepEqual((await accept(guest, invitation)).body, { ...first.body, role: 'admin' });
});

test('of many acceptances at once one makes the membership and all answer it', async () => {
    const { organization, admin } = await inviters(server);
    const invitation = await invite(admin, organization);
    const guest = await signUpFor(server, invitation);
    const answers = await Promise.all(Array.from({ length: 8 }, () => accept(guest, invitation)));
    assert.deepEqual(countStatuses(answers), { 200: 8 });
    for (const { body } of answers) assert.deepEqual(body, answers[0].body);
    assert.equal((await members(admin, organization)).length, 3);
});

test('a token of another form is a fault, an unknown one is not there', async () => {
    const { client } = await signUp(server);
    for (const token of ['', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}=`])
        assertFaults(await client.call('accept_invitation', { body: { token } }), ['/token']);
    assertFaults(await client.call('accept_invitation', { body: {} }), ['/token']);
    assertError(await client.call('accept_invitation', { body: { token: 'A'.repeat(43) } }), 404, 'not_found');
});

test('an account with another address gets nothing by the link, whatever became of it', async () => {
    const { organization, owner, admin } = await inviters(server);
    const [invitation, thief] = [await invite(admin, organization), await signUp(server)];
    assertError(await accept(thief, invitation), 403, 'forbidden');
    assert.equal(await statusOf(admin, organization, invitation), 'pending');
    await removeMember(owner, organization, admin);
    assertError(await accept(thief, invitation), 403, 'forbidden');
});

test('a key accepts nothing', async () => {
    const { organization, admin } = await inviters(server);
    const invitation = await invite(admin, organization);
    const guest = await signUpFor(server, invitation);
    assertError(await accept(await makeKey(guest, ['api:admin']), invitation), 403, 'bearer_required');
});

test('who is a member by another way is told so and stays as it was', async () => {
    const { organization, owner, admin } = await inviters(server);
    const invitation = await invite(owner, organization, { role: 'owner' });
    const guest = await signUpFor(server, invitation);
    await addMember(admin, organization, guest);
    assertError(await accept(guest, invitation), 409, 'already_member');
    const listed = (await members(admin, organization)).find(({ user_id }) => user_id === guest.profile.id);
    assert.deepEqual([listed.role, listed.email], ['member', null]);
});

test('who has left does not come back by the same link', async () => {
    const { organization, admin } = await inviters(server);
    const invitation = await invite(admin, organization);
    const guest = await signUpFor(server, invitation);
    await accept(guest, invitation);
    await removeMember(guest, organization, guest);
    assertError(await accept(guest, invitation), 409, 'invitation_accepted');
    await addMember(admin, organization, guest);
    assertError(await accept(guest, invitation), 409, 'already_member');
});

test('an expired invitation is told so', async () => {
    const { organization, admin } = await inviters(server);
    const invitation = await invite(admin, organization);
    server.clock.advance({ days: 7 });
    assertError(await accept(await signUpFor(server, invitation), invitation), 409, 'invitation_expired');
});

test('the invitations of a deleted organization are gone', async () => {
    const { organization, owner, admin } = await inviters(server);
    const invitation = await invite(admin, organization);
    await owner.client.expect(204, 'delete_organization', { params: { org_id: organization.id } });
    assertError(await accept(await signUpFor(server, invitation), invitation), 404, 'not_found');
});

// What an inviter's end in the organization does to what he has left open.
async function assertRevoked({ organization, owner }, invitation) {
    assert.equal(await statusOf(owner, organization, invitation), 'revoked');
    assertError(await accept(await signUpFor(server, invitation), invitation), 409, 'invitation_revoked');
}

test('an inviter that is removed leaves no pending invitation, also when added again', async () => {
    const people = await inviters(server);
    const { organization, owner, admin } = people;
    const invitation = await invite(admin, organization);
    await removeMember(owner, organization, admin);
    await addMember(owner, organization, admin, { role: 'admin' });
    await assertRevoked(people, invitation);
});

test('an inviter that leaves, leaves none', async () => {
    const people = await inviters(server);
    const invitation = await invite(people.admin, people.organization);
    await removeMember(people.admin, people.organization, people.admin);
    await assertRevoked(people, invitation);
});

test('an inviter that is moved leaves none', async () => {
    const people = await inviters(server);
    const { organization, owner, admin } = people;
    const invitation = await invite(admin, organization);
    const other = await makeOrganization(owner);
    await owner.client.expect(200, 'update_organization_member', {
        params: { org_id: organization.id, target_user_id: admin.profile.id },
        body: { organization_id: other.id, role: 'admin' },
    });
    await assertRevoked(people, invitation);
});

test('a role that is lost takes with it what it was needed for', async () => {
    const people = await inviters(server);
    const { organization, owner, admin } = people;
    await setRole(owner, organization, admin, 'owner');
    const [asOwner, asMember] = [await invite(admin, organization, { role: 'owner' }), await invite(admin, organization)];
    await setRole(owner, organization, admin, 'admin');
    await setRole(owner, organization, admin, 'owner');
    await assertRevoked(people, asOwner);
    assert.equal(await statusOf(owner, organization, asMember), 'pending');
    await setRole(owner, organization, admin, 'instructor');
    await assertRevoked(people, asMember);
});

test('a deactivated inviter leaves none, also when activated again', async () => {
    const people = await inviters(server);
    const invitation = await invite(people.admin, people.organization);
    await server.admin('deactivate-user', people.admin.username);
    await server.admin('activate-user', people.admin.username);
    await assertRevoked(people, invitation);
});

test('an inviter whose account is deleted leaves none', async () => {
    const people = await inviters(server);
    const { client, password } = people.admin;
    const invitation = await invite(people.admin, people.organization);
    await client.expect(204, 'delete_current_user', { body: { current_password: password } });
    await assertRevoked(people, invitation);
});

test('an invitation that is accepted while its inviter is demoted is accepted or revoked, and the list agrees', async () => {
    const { organization, owner } = await inviters(server);
    for (let round = 0; round < 5; round += 1) {
        const inviter = await signUp(server);
        await addMember(owner, organization, inviter, { role: 'admin' });
        const invitation = await invite(inviter, organization);
        const guest = await signUpFor(server, invitation);
        const [answer] = await Promise.all([accept(guest, invitation), setRole(owner, organization, inviter, 'member')]);
        const status = await statusOf(owner, organization, invitation);
        if (status === 'accepted') assert.equal(answer.status, 200, answer.text);
        else {
            assert.equal(status, 'revoked');
            assertError(answer, 409, 'invitation_revoked');
        }
    }
});

test('an invitation that is made while its inviter is demoted is not left pending', async () => {
    const { organization, owner } = await inviters(server);
    for (let round = 0; round < 5; round += 1) {
        const inviter = await signUp(server);
        await addMember(owner, organization, inviter, { role: 'admin' });
        const params = { org_id: organization.id };
        const [made] = await Promise.all([
            inviter.client.call('create_organization_invitation', { params, body: { email: freshEmail() } }),
            setRole(owner, organization, inviter, 'member'),
        ]);
        if (made.status === 201) assert.equal(await statusOf(owner, organization, made.body), 'revoked');
        else assertError(made, 403, 'forbidden');
    }
});

test('what was accepted stays when the inviter goes', async () => {
    const { organization, owner, admin } = await inviters(server);
    const invitation = await invite(admin, organization);
    const guest = await signUpFor(server, invitation);
    await accept(guest, invitation);
    await removeMember(owner, organization, admin);
    assert.equal((await accept(guest, invitation)).status, 200);
    assert.equal(await statusOf(owner, organization, invitation), 'accepted');
});

test('an address that was changed to counts', async () => {
    const { organization, admin } = await inviters(server);
    const invitation = await invite(admin, organization);
    const guest = await signUp(server);
    const change = { email: invitation.email, current_password: guest.password };
    await guest.client.expect(200, 'update_current_user', { body: change }); // without mail it counts at once
    const { access_token: token } = await logIn(guest.client, guest.username);
    assert.equal((await accept({ client: guest.client.with({ token }) }, invitation)).status, 200);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults, assertUuid7, countStatuses } from '../support/assertions.mjs';
import { DatabaseRows } from '../support/databaseRows.mjs';
import { freshEmail, invitationTo, invite, inviters, listInvitations, statusOf } from '../support/invitations.mjs';
import { addMember, makeKey, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ settings: { 'organizations.pending-invitations': 12, 'organizations.daily-invitations': 20 } });
const create = (person, ...args) => person.client.call('create_organization_invitation', invitationTo(...args));

test('the answer has the link, to this server where the settings name no other, and no list has it', async () => {
    const { organization, admin } = await inviters(server);
    const email = freshEmail();
    const request = invitationTo(organization, { email, role: 'instructor', team: '  Berlin ' });
    const answer = await admin.client.call('create_organization_invitation', request);
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.headers.get('Cache-Control'), 'no-store');
    const { id, invite_url, expires_at, ...rest } = answer.body;
    assertUuid7(id);
    assert.deepEqual(rest, { email, role: 'instructor', team: 'Berlin', status: 'pending' });
    const url = new URL(invite_url);
    assert.equal(url.origin + url.pathname, `${server.url}/invite`);
    assert.match(url.searchParams.get('token'), /^[\w-]{43}$/);
    const days = (Date.parse(expires_at) - server.clock.now()) / 86_400_000;
    assert.ok(days > 6.99 && days <= 7, expires_at);
    assert.deepEqual(await listInvitations(admin, organization), [{ ...answer.body, invite_url: null }]);
    assert.equal((await fetch(invite_url)).status, 200);
});

test('the role is member and the team none where nothing is said', async () => {
    const { organization, admin } = await inviters(server);
    const { role, team } = await invite(admin, organization);
    assert.deepEqual([role, team], ['member', null]);
});

test('the token is nowhere in the database and nowhere in the log', async () => {
    const { organization, admin } = await inviters(server);
    const request = { ...invitationTo(organization), idempotencyKey: 'kept' };
    const { invite_url } = await admin.client.expect(201, 'create_organization_invitation', request);
    const token = invite_url.split('=')[1];
    await fetch(invite_url);
    const database = new DatabaseRows(server);
    const rows = [...(await database.read())].join('\n');
    await database.close();
    assert.ok(rows.includes(request.body.email));
    assert.ok(!rows.includes(token));
    assert.ok(!rows.includes(Buffer.from(token, 'base64url').toString('hex').toUpperCase()));
    assert.ok(!server.log.includes(token));
});

test('a repeated request answers the invitation without the link', async () => {
    const { organization, admin } = await inviters(server);
    const request = { ...invitationTo(organization), idempotencyKey: 'once' };
    const first = await admin.client.expect(201, 'create_organization_invitation', request);
    const again = await admin.client.expect(201, 'create_organization_invitation', request);
    assert.deepEqual(again, { ...first, invite_url: null });
    assert.equal((await listInvitations(admin, organization)).length, 1);
    const other = { ...request, body: { email: freshEmail() } };
    assertError(
        await admin.client.call('create_organization_invitation', other),
        409,
        'idempotency_key_reused',
    );
});

test('all faults of a body are told at once', async () => {
    const { organization, admin } = await inviters(server);
    const of = async (body) => admin.client.call('create_organization_invitation', { ...invitationTo(organization), body });
    assertFaults(await of({ email: 'mara', role: 'boss', team: ' ' }), ['/email', '/role', '/team']);
    assertFaults(await of({ email: 'a@b\r\nBcc: c@example.com', team: 'a\nb' }), ['/email', '/team']);
    assertFaults(await of({}), ['/email']);
    const params = { org_id: 'acme' };
    assertFaults(await admin.client.call('create_organization_invitation', { params, body: { email: freshEmail() } }), [
        'org_id',
    ]);
});

test('owners and admins invite, and only an owner an owner', async () => {
    const { organization, owner, admin } = await inviters(server);
    for (const role of ['instructor', 'member']) {
        const person = await signUp(server);
        await addMember(owner, organization, person, { role });
        assertError(await create(person, organization), 403, 'forbidden');
    }
    assertError(await create(admin, organization, { role: 'owner' }), 403, 'forbidden');
    assert.equal((await create(admin, organization, { role: 'admin' })).status, 201);
    assert.equal((await create(owner, organization, { role: 'owner' })).status, 201);
});

test('to who is no member the organization is not there', async () => {
    const { organization } = await inviters(server);
    assertError(await create(await signUp(server), organization), 404, 'not_found');
});

test('a key needs its scope, and reaches its own organization alone', async () => {
    const { organization, owner } = await inviters(server);
    const here = { organization_id: organization.id };
    assertError(await create(await makeKey(owner, ['organizations:read'], here), organization), 403, 'INSUFFICIENT_API_KEY_SCOPE');
    assertError(await create(await makeKey(owner, ['organizations:write']), organization), 404, 'not_found');
    assert.equal((await create(await makeKey(owner, ['organizations:write'], here), organization)).status, 201);
});

test('nobody is invited to a personal organization', async () => {
    const person = await signUp(server);
    const answer = await create(person, { id: person.profile.default_organization_id });
    assertError(answer, 409, 'personal_organization');
});

test('who is a member is not invited, as far as the inviter may know', async () => {
    const { organization, owner, admin } = await inviters(server);
    const guest = await signUp(server);
    const invitation = await invite(admin, organization, { email: guest.email });
    await guest.client.expect(200, 'accept_invitation', { body: { token: invitation.token } });
    const email = guest.email.toUpperCase();
    assertError(await create(admin, organization, { email }), 409, 'already_member');
    assertError(await create(owner, organization, { email: owner.email }), 409, 'already_member');
});

// MemberResponse.email is null for who was added, so an invitation must not confirm a guess either.
test('an address that the list of members hides is not told by inviting it', async () => {
    const { organization, owner, admin } = await inviters(server);
    const added = await signUp(server);
    await addMember(owner, organization, added);
    const members = await admin.client.expect(200, 'list_organization_members', { params: { org_id: organization.id } });
    assert.equal(members.find(({ user_id }) => user_id === added.profile.id).email, null);
    const answer = await create(admin, organization, { email: added.email });
    const other = await create(admin, organization);
    assert.deepEqual([answer.status, other.status], [201, 201]);
    const token = new URL(answer.body.invite_url).searchParams.get('token');
    assertError(await added.client.call('accept_invitation', { body: { token } }), 409, 'already_member');
    assert.equal(await statusOf(admin, organization, answer.body), 'pending');
});

test('a new invitation revokes the pending one to the same address, in any case of letters', async () => {
    const { organization, owner, admin } = await inviters(server);
    const email = freshEmail();
    const first = await invite(admin, organization, { email });
    const second = await invite(owner, organization, { email: email.toUpperCase() });
    assert.equal(await statusOf(admin, organization, first), 'revoked');
    assert.equal(await statusOf(admin, organization, second), 'pending');
});

test('of invitations to one address at once one is pending in the end', async () => {
    const { organization, owner, admin } = await inviters(server);
    const email = freshEmail();
    const answers = await Promise.all(
        Array.from({ length: 8 }, (_, number) => create(number % 2 ? owner : admin, organization, { email })),
    );
    assert.deepEqual(countStatuses(answers), { 201: 8 });
    assert.equal((await listInvitations(admin, organization, { status: 'pending' })).length, 1);
    assert.equal((await listInvitations(admin, organization, { status: 'revoked' })).length, 7);
});

test('an organization has so many pending at once, also when they come at once', async () => {
    const { organization, owner, admin } = await inviters(server);
    const answers = await Promise.all(
        Array.from({ length: 16 }, (_, number) => create(number % 2 ? owner : admin, organization)),
    );
    assert.deepEqual(countStatuses(answers), { 201: 12, 429: 4 });
    const refused = await create(admin, organization);
    assertError(refused, 429, 'rate_limited');
    assert.ok(Number(refused.headers.get('Retry-After')) > 6.9 * 86_400);
});

test('a user invites so many a day, whatever becomes of the organizations', async () => {
    const { organization, owner } = await inviters(server);
    for (let number = 0; number < 11; number += 1) await invite(owner, organization);
    await owner.client.expect(204, 'delete_organization', { params: { org_id: organization.id } });
    const again = await owner.client.expect(201, 'create_organization', { body: { name: 'Again' } });
    for (let number = 0; number < 9; number += 1) await invite(owner, again);
    const refused = await create(owner, again);
    assertError(refused, 429, 'rate_limited');
    assert.ok(Number(refused.headers.get('Retry-After')) > 86_000);
});

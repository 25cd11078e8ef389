import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults, countStatuses } from '../support/assertions.mjs';
import { addMember, freshName, makeKey, makeOrganization, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

function add(person, { id }, body, more = {}) {
    return person.client.call('add_organization_member', { params: { org_id: id }, body, ...more });
}

async function twoPeople() {
    const [owner, person] = [await signUp(server), await signUp(server, { full_name: 'Noor Haddad' })];
    return { owner, person, organization: await makeOrganization(owner) };
}

test('a user is a member at once, by id or by name', async () => {
    const { owner, person, organization } = await twoPeople();
    const { body, status } = await add(owner, organization, { username: person.username, team: ' Berlin ' });
    assert.equal(status, 201);
    const { joined_at, ...rest } = body;
    assert.ok(Date.parse(joined_at));
    assert.deepEqual(rest, {
        user_id: person.profile.id,
        username: person.username,
        full_name: 'Noor Haddad',
        email: null,
        avatar_url: null,
        role: 'member',
        team: 'Berlin',
        organization_id: organization.id,
        last_active_at: null,
    });
    await person.client.expect(200, 'get_organization', { params: { org_id: organization.id } });
    const second = await signUp(server);
    const added = (await add(owner, organization, { user_id: second.profile.id, role: 'instructor' })).body;
    assert.deepEqual([added.user_id, added.role, added.team], [second.profile.id, 'instructor', null]);
});

test('exactly one of user_id and username, and all faults at once', async () => {
    const { owner, person, organization } = await twoPeople();
    assertFaults(await add(owner, organization, {}), ['']);
    assertFaults(await add(owner, organization, { role: 'boss', team: ' ' }), ['', '/role', '/team']);
    const both = { user_id: person.profile.id, username: person.username };
    assertFaults(await add(owner, organization, both), ['']);
    assertFaults(await add(owner, organization, { user_id: 'x', username: 'X' }), ['', '/user_id', '/username']);
    assertFaults(await add(owner, organization, { username: 'mira@example.com' }), ['/username']);
});

test('owners and admins may, only an owner adds an owner', async () => {
    const owner = await signUp(server);
    const organization = await makeOrganization(owner);
    for (const [role, ordinary, high] of [
        ['owner', 201, 201],
        ['admin', 201, 403],
        ['instructor', 403, 403],
        ['member', 403, 403],
    ]) {
        const [person, first, second] = [await signUp(server), await signUp(server), await signUp(server)];
        await addMember(owner, organization, person, { role });
        const asAdmin = await add(person, organization, { username: first.username, role: 'admin' });
        const asOwner = await add(person, organization, { username: second.username, role: 'owner' });
        assert.deepEqual([role, asAdmin.status, asOwner.status], [role, ordinary, high]);
    }
    assertError(await add(await signUp(server), organization, { username: owner.username }), 404, 'not_found');
});

test('the role is looked at before the user, so that nobody finds out who exists', async () => {
    const { owner, person, organization } = await twoPeople();
    await addMember(owner, organization, person);
    assertError(await add(person, organization, { username: 'nobody-at-all' }), 403, 'forbidden');
});

test('an unknown, a deleted and a deactivated user is none', async () => {
    const { owner, person, organization } = await twoPeople();
    const gone = await signUp(server);
    await gone.client.expect(204, 'delete_current_user', { body: { current_password: gone.password } });
    await server.admin('deactivate-user', person.username);
    for (const body of [
        { username: 'nobody-at-all' },
        { user_id: '019df244-fa20-74ae-87b2-b94176a5dbcf' },
        { user_id: gone.profile.id },
        { username: person.username },
        { user_id: person.profile.id },
    ])
        assertError(await add(owner, organization, body), 404, 'user_not_found');
});

test('who is a member already is told so, and stays what it was', async () => {
    const { owner, person, organization } = await twoPeople();
    await addMember(owner, organization, person, { role: 'admin' });
    assertError(await add(owner, organization, { username: person.username }), 409, 'already_member');
    assertError(await add(owner, organization, { username: owner.username }), 409, 'already_member');
    const query = { role: 'admin' };
    const found = await owner.client.expect(200, 'list_organization_members', {
        params: { org_id: organization.id },
        query,
    });
    assert.deepEqual(found.map(({ user_id }) => user_id), [person.profile.id]);
});

test('of several requests at once one makes the member', async () => {
    const owner = await signUp(server);
    const organization = await makeOrganization(owner);
    for (let round = 0; round < 10; round += 1) {
        const person = await signUp(server);
        const bodies = [{ username: person.username }, { user_id: person.profile.id, role: 'admin' }];
        const answers = await Promise.all([...bodies, ...bodies].map((body) => add(owner, organization, body)));
        assert.deepEqual(countStatuses(answers), { 201: 1, 409: 3 });
        for (const answer of answers.filter(({ status }) => status === 409))
            assertError(answer, 409, 'already_member');
    }
});

test('a personal organization takes nobody', async () => {
    const { owner, person } = await twoPeople();
    const personal = { id: owner.profile.default_organization_id };
    assertError(await add(owner, personal, { username: person.username }), 409, 'personal_organization');
    assertError(await add(owner, personal, { username: 'nobody-at-all' }), 404, 'user_not_found');
});

test('a key adds to its own organization alone', async () => {
    const { owner, person, organization } = await twoPeople();
    const key = await makeKey(owner, ['organizations:write'], { organization_id: organization.id });
    const other = await makeOrganization(owner);
    assertError(await add(key, other, { username: person.username }), 404, 'not_found');
    assert.equal((await add(key, organization, { username: person.username })).status, 201);
    const reader = await makeKey(owner, ['organizations:read'], { organization_id: organization.id });
    assertError(await add(reader, organization, { username: 'x1x' }), 403, 'INSUFFICIENT_API_KEY_SCOPE');
});

test('a repeated request gets the same answer, but not once the role is lost', async () => {
    const { owner, person, organization } = await twoPeople();
    const admin = await signUp(server);
    await addMember(owner, organization, admin, { role: 'admin' });
    const once = { idempotencyKey: freshName() };
    const answers = await Promise.all([1, 2].map(() => add(admin, organization, { username: person.username }, once)));
    assert.deepEqual(countStatuses(answers), { 201: 2 });
    assert.deepEqual(answers[0].body, answers[1].body);
    assertError(await add(admin, organization, { username: owner.username }, once), 409, 'idempotency_key_reused');
    await owner.client.expect(200, 'update_organization_member_role', {
        params: { org_id: organization.id, target_user_id: admin.profile.id },
        body: { role: 'member' },
    });
    assertError(await add(admin, organization, { username: person.username }, once), 403, 'forbidden');
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults, countStatuses } from '../support/assertions.mjs';
import { addMember, makeKey, makeOrganization, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

function update(person, { id }, target, body) {
    return person.client.call('update_organization_member', {
        params: { org_id: id, target_user_id: target.profile.id },
        body,
    });
}

function membersOf(person, { id }) {
    return person.client.expect(200, 'list_organization_members', { params: { org_id: id } });
}

// An owner of two organizations, and a person in the first.
async function makePlaces(role = 'instructor') {
    const [owner, person] = [await signUp(server), await signUp(server)];
    const [from, to] = [await makeOrganization(owner), await makeOrganization(owner)];
    const member = await addMember(owner, from, person, { role, team: 'Berlin' });
    return { owner, person, from, to, member };
}

test('role and team change together, what is left out stays', async () => {
    const { owner, person, from, member } = await makePlaces();
    const both = (await update(owner, from, person, { role: 'admin', team: ' Madrid ' })).body;
    assert.deepEqual(both, { ...member, role: 'admin', team: 'Madrid' });
    const cleared = { ...both, team: null };
    assert.deepEqual((await update(owner, from, person, { team: null })).body, cleared);
    assert.deepEqual((await update(owner, from, person, { organization_id: from.id })).body, cleared);
    assert.deepEqual((await update(owner, from, person, {})).body, cleared);
    assertFaults(await update(owner, from, person, { role: 'boss', organization_id: 7, team: ' ' }), [
        '/role',
        '/organization_id',
        '/team',
    ]);
});

test('a move ends the membership with its keys and begins another without team', async () => {
    const { owner, person, from, to, member } = await makePlaces();
    const key = await makeKey(person, ['organizations:read'], { organization_id: from.id });
    const own = await makeKey(person, ['organizations:read']);
    await person.client.expect(200, 'update_current_user', { body: { default_organization_id: from.id } });
    server.clock.advance({ seconds: 1 });
    const moved = (await update(owner, from, person, { organization_id: to.id.toUpperCase() })).body;
    assert.deepEqual(moved, { ...member, organization_id: to.id, team: null, joined_at: moved.joined_at });
    assert.ok(moved.joined_at > member.joined_at);
    assert.equal((await membersOf(owner, from)).length, 1);
    assert.deepEqual((await membersOf(owner, to))[0], moved);
    assertError(await key.client.call('list_organizations'), 401, 'invalid_api_key');
    await own.client.expect(200, 'list_organizations');
    const profile = await person.client.expect(200, 'get_current_user');
    assert.equal(profile.default_organization_id, person.profile.default_organization_id);
});

test('role and team of a move are those of the new organization', async () => {
    const { owner, person, from, to } = await makePlaces();
    const body = { organization_id: to.id, role: 'owner', team: 'Madrid' };
    const moved = (await update(owner, from, person, body)).body;
    assert.deepEqual([moved.role, moved.team], ['owner', 'Madrid']);
});

test('who moves itself is told its address, others do not see it any more', async () => {
    const [owner, other] = [await signUp(server), await signUp(server)];
    const [from, to] = [await makeOrganization(owner), await makeOrganization(owner)];
    await addMember(owner, from, other, { role: 'owner' });
    await addMember(owner, to, other, { role: 'owner' });
    assertError(await update(other, from, other, { organization_id: to.id }), 409, 'already_member');
    await other.client.expect(200, 'remove_organization_member', {
        params: { org_id: to.id, target_user_id: other.profile.id },
    });
    assertError(await update(other, from, other, { organization_id: to.id }), 404, 'not_found');
    const place = await makeOrganization(other);
    await addMember(other, place, owner, { role: 'owner' });
    const emailSeen = async () =>
        (await membersOf(owner, place)).find(({ user_id }) => user_id === other.profile.id)?.email;
    assert.equal(await emailSeen(), other.email);
    const away = await makeOrganization(other);
    await addMember(other, away, owner, { role: 'owner' });
    await owner.client.expect(200, 'remove_organization_member', {
        params: { org_id: away.id, target_user_id: other.profile.id },
    });
    assert.equal((await update(owner, place, other, { organization_id: away.id })).body.email, null);
});

test('a move takes an owner of both, and shows no organization that the caller does not see', async () => {
    const { owner, person, from, to } = await makePlaces();
    const [admin, half] = [await signUp(server), await signUp(server)];
    await addMember(owner, from, admin, { role: 'admin' });
    await addMember(owner, from, half, { role: 'owner' });
    const body = { organization_id: to.id };
    assertError(await update(admin, from, person, body), 404, 'not_found');
    assertError(await update(half, from, person, body), 404, 'not_found');
    await addMember(owner, to, admin, { role: 'owner' });
    await addMember(owner, to, half, { role: 'admin' });
    assertError(await update(admin, from, person, body), 403, 'forbidden');
    assertError(await update(half, from, person, body), 403, 'forbidden');
    assertError(await update(person, from, person, body), 403, 'forbidden');
    const nowhere = { organization_id: '019df244-fa20-74ae-87b2-b94176a5dbcf' };
    assertError(await update(owner, from, person, nowhere), 404, 'not_found');
    assertError(await update(owner, from, await signUp(server), body), 404, 'not_found');
    assertError(await update(owner, to, person, {}), 404, 'not_found');
    assert.equal((await membersOf(owner, from)).find(({ user_id }) => user_id === person.profile.id).team, 'Berlin');
});

test('a personal organization neither gives nor takes', async () => {
    const { owner, person, from } = await makePlaces();
    const personal = owner.profile.default_organization_id;
    assertError(await update(owner, from, person, { organization_id: personal }), 409, 'personal_organization');
    assertError(
        await update(owner, { id: personal }, owner, { organization_id: from.id }),
        409,
        'personal_organization',
    );
    assertError(await update(owner, { id: personal }, owner, { role: 'admin' }), 409, 'last_owner');
});

test('who is in the new organization already stays in both as it was', async () => {
    const { owner, person, from, to, member } = await makePlaces();
    const there = await addMember(owner, to, person);
    const body = { organization_id: to.id, role: 'admin', team: 'Madrid' };
    assertError(await update(owner, from, person, body), 409, 'already_member');
    assert.deepEqual((await membersOf(owner, from))[0], member);
    assert.deepEqual((await membersOf(owner, to))[0], there);
});

test('the last owner is neither moved nor demoted, and nothing else of the request happens', async () => {
    const { owner, person, from, to, member } = await makePlaces();
    const other = await signUp(server);
    await addMember(owner, to, other, { role: 'owner' });
    await other.client.expect(200, 'remove_organization_member', {
        params: { org_id: to.id, target_user_id: owner.profile.id },
    });
    const place = await makeOrganization(other);
    assertError(await update(other, to, other, { organization_id: place.id }), 409, 'already_member');
    assertError(await update(owner, from, owner, { role: 'member', team: 'Madrid' }), 409, 'last_owner');
    const mine = (await membersOf(owner, from)).find(({ role }) => role === 'owner');
    assert.equal(mine.team, null);
    assert.deepEqual((await membersOf(person, from)).find(({ email }) => email), { ...member, email: person.email });
    assert.equal((await update(owner, from, owner, { role: 'owner', team: 'Madrid' })).body.team, 'Madrid');
});

test('an admin changes roles and teams, of no owner', async () => {
    const { owner, person, from } = await makePlaces();
    const admin = await signUp(server);
    await addMember(owner, from, admin, { role: 'admin' });
    assert.equal((await update(admin, from, person, { role: 'member', team: 'Rome' })).body.team, 'Rome');
    assertError(await update(admin, from, person, { role: 'owner' }), 403, 'forbidden');
    assertError(await update(admin, from, owner, { team: 'Rome' }), 403, 'forbidden');
    assertError(await update(person, from, person, { team: 'Rome' }), 403, 'forbidden');
});

test('two owners moved away at the same moment leave one', async () => {
    const owner = await signUp(server);
    const people = [await signUp(server), await signUp(server)];
    const to = await makeOrganization(owner);
    for (let round = 0; round < 10; round += 1) {
        const from = await makeOrganization(owner);
        for (const person of people) await addMember(owner, from, person, { role: 'owner' });
        await owner.client.expect(200, 'update_organization_member_role', {
            params: { org_id: from.id, target_user_id: people[0].profile.id },
            body: { role: 'instructor' },
        });
        const answers = await Promise.all([
            update(owner, from, people[1], { organization_id: to.id }),
            update(people[1], from, owner, { role: 'member' }),
        ]);
        assert.equal(countStatuses(answers)[500], undefined);
        const left = await membersOf(people[0], from);
        assert.ok(left.some(({ role }) => role === 'owner'));
        for (const { user_id } of await membersOf(owner, to)) {
            if (user_id !== owner.profile.id)
                await owner.client.expect(200, 'remove_organization_member', {
                    params: { org_id: to.id, target_user_id: user_id },
                });
        }
    }
});

test('of two moves of one member at once one happens', async () => {
    const { owner, person, from, to } = await makePlaces();
    const third = await makeOrganization(owner);
    for (let round = 0; round < 10; round += 1) {
        const answers = await Promise.all(
            [to, third].map(({ id }) => update(owner, from, person, { organization_id: id })),
        );
        assert.deepEqual(countStatuses(answers), { 200: 1, 404: 1 });
        const { body } = answers.find(({ status }) => status === 200);
        const back = await update(owner, { id: body.organization_id }, person, { organization_id: from.id });
        assert.equal(back.status, 200);
    }
});

test('to a key any other organization is absent', async () => {
    const { owner, person, from, to } = await makePlaces();
    const key = await makeKey(owner, ['organizations:write'], { organization_id: from.id });
    assertError(await update(key, from, person, { organization_id: to.id }), 404, 'not_found');
    assertError(await update(key, to, owner, {}), 404, 'not_found');
    assert.equal((await update(key, from, person, { organization_id: from.id, team: 'Rome' })).body.team, 'Rome');
    const reader = await makeKey(owner, ['organizations:read'], { organization_id: from.id });
    assertError(await update(reader, from, person, {}), 403, 'INSUFFICIENT_API_KEY_SCOPE');
});

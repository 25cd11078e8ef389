import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults, countStatuses } from '../support/assertions.mjs';
import { addMember, makeKey, makeOrganization, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

function remove(person, { id }, target) {
    return person.client.call('remove_organization_member', {
        params: { org_id: id, target_user_id: target.profile.id },
    });
}

async function makeTeam(...roles) {
    const owner = await signUp(server);
    const organization = await makeOrganization(owner);
    const people = [];
    for (const role of roles) {
        people.push(await signUp(server));
        await addMember(owner, organization, people.at(-1), { role });
    }
    return [organization, owner, ...people];
}

test('the membership ends at once, with the keys made there, and the default falls back', async () => {
    const [organization, owner, member] = await makeTeam('member');
    const key = await makeKey(member, ['organizations:read'], { organization_id: organization.id });
    const own = await makeKey(member, ['organizations:read']);
    await member.client.expect(200, 'update_current_user', { body: { default_organization_id: organization.id } });
    assert.deepEqual((await remove(owner, organization, member)).body, { message: 'Member removed' });
    const params = { org_id: organization.id };
    assertError(await member.client.call('get_organization', { params }), 404, 'not_found');
    assertError(await key.client.call('list_organizations'), 401, 'invalid_api_key');
    await own.client.expect(200, 'list_organizations');
    const profile = await member.client.expect(200, 'get_current_user');
    assert.equal(profile.default_organization_id, member.profile.default_organization_id);
    assertError(await remove(owner, organization, member), 404, 'not_found');
    await addMember(owner, organization, member);
    assertError(await key.client.call('list_organizations'), 401, 'invalid_api_key');
});

test('another default stays', async () => {
    const [organization, owner, member] = await makeTeam('member');
    const other = await makeOrganization(member);
    await member.client.expect(200, 'update_current_user', { body: { default_organization_id: other.id } });
    assert.equal((await remove(owner, organization, member)).status, 200);
    assert.equal((await member.client.expect(200, 'get_current_user')).default_organization_id, other.id);
});

test('any member may leave', async () => {
    const [organization, , ...people] = await makeTeam('owner', 'admin', 'instructor', 'member');
    for (const person of people) {
        assert.equal((await remove(person, organization, person)).status, 200);
        assertError(await remove(person, organization, person), 404, 'not_found');
    }
});

test('owners and admins remove others, an owner only by an owner', async () => {
    const [organization, owner, other, admin, second, instructor, member] = await makeTeam(
        'owner',
        'admin',
        'admin',
        'instructor',
        'member',
    );
    for (const person of [instructor, member]) {
        for (const target of [owner, admin, member, instructor].filter((one) => one !== person))
            assertError(await remove(person, organization, target), 403, 'forbidden');
    }
    assertError(await remove(admin, organization, owner), 403, 'forbidden');
    for (const target of [member, second]) assert.equal((await remove(admin, organization, target)).status, 200);
    assert.equal((await remove(owner, organization, other)).status, 200);
    assert.equal((await remove(owner, organization, admin)).status, 200);
});

test('who is no member, and what is no organization, is not there', async () => {
    const [organization, owner] = await makeTeam();
    const stranger = await signUp(server);
    assertError(await remove(owner, organization, stranger), 404, 'not_found');
    for (const target of [owner, stranger])
        assertError(await remove(stranger, organization, target), 404, 'not_found');
    assertFaults(await remove(owner, { id: 'x' }, { profile: { id: 'y' } }), ['org_id', 'target_user_id']);
});

test('the last owner cannot go, so nobody leaves a personal organization', async () => {
    const [organization, owner, admin] = await makeTeam('admin');
    assertError(await remove(owner, organization, owner), 409, 'last_owner');
    assertError(await remove(admin, organization, owner), 403, 'forbidden');
    assertError(await remove(owner, { id: owner.profile.default_organization_id }, owner), 409, 'last_owner');
});

test('two owners who leave at the same moment leave one behind', async () => {
    for (let round = 0; round < 10; round += 1) {
        const [organization, owner, other, member] = await makeTeam('owner', 'member');
        const answers = await Promise.all([owner, other].map((person) => remove(person, organization, person)));
        assert.deepEqual(countStatuses(answers), { 200: 1, 409: 1 });
        const request = { params: { org_id: organization.id }, query: { role: 'owner' } };
        assert.equal((await member.client.expect(200, 'list_organization_members', request)).length, 1);
    }
});

test('two owners who remove each other at the same moment leave one behind', async () => {
    for (let round = 0; round < 10; round += 1) {
        const [organization, owner, other] = await makeTeam('owner');
        const answers = await Promise.all([remove(owner, organization, other), remove(other, organization, owner)]);
        assert.deepEqual(countStatuses(answers), { 200: 1, 404: 1 });
    }
});

test('an owner who deletes the account while the other leaves leaves no organization without owner', async () => {
    for (let round = 0; round < 5; round += 1) {
        const [organization, owner, other, member] = await makeTeam('owner', 'member');
        const answers = await Promise.all([
            owner.client.call('delete_current_user', { body: { current_password: owner.password } }),
            remove(other, organization, other),
        ]);
        const statuses = answers.map(({ status }) => status);
        assert.ok(['204,409', '409,200'].includes(statuses.join()), statuses.join());
        const request = { params: { org_id: organization.id }, query: { role: 'owner' } };
        assert.equal((await member.client.expect(200, 'list_organization_members', request)).length, 1);
    }
});

test('a key removes by the role of its maker, in its own organization', async () => {
    const [organization, owner, member, demoted] = await makeTeam('member', 'admin');
    const key = await makeKey(demoted, ['organizations:write'], { organization_id: organization.id });
    assert.equal((await remove(key, organization, member)).status, 200);
    await owner.client.expect(200, 'update_organization_member_role', {
        params: { org_id: organization.id, target_user_id: demoted.profile.id },
        body: { role: 'member' },
    });
    assertError(await remove(key, organization, owner), 403, 'forbidden');
    assert.equal((await remove(key, organization, demoted)).status, 200);
    assertError(await remove(key, organization, demoted), 401, 'invalid_api_key');
    const elsewhere = await makeKey(owner, ['organizations:write']);
    assertError(await remove(elsewhere, organization, owner), 404, 'not_found');
    const reader = await makeKey(owner, ['organizations:read'], { organization_id: organization.id });
    assertError(await remove(reader, organization, owner), 403, 'INSUFFICIENT_API_KEY_SCOPE');
});

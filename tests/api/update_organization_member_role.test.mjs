import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults, countStatuses } from '../support/assertions.mjs';
import { addMember, makeKey, makeOrganization, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();
const roles = ['owner', 'admin', 'instructor', 'member'];

function setRole(person, { id }, target, role) {
    return person.client.call('update_organization_member_role', {
        params: { org_id: id, target_user_id: target.profile.id },
        body: { role },
    });
}

async function roleOf(person, { id }) {
    return (await person.client.expect(200, 'get_organization', { params: { org_id: id } })).role;
}

test('every role can be made of every other by an owner, and holds at once', async () => {
    const [owner, person] = [await signUp(server), await signUp(server)];
    const organization = await makeOrganization(owner);
    const member = await addMember(owner, organization, person, { role: 'member', team: 'Berlin' });
    for (const from of roles) {
        for (const to of roles) {
            await setRole(owner, organization, person, from);
            assert.deepEqual((await setRole(owner, organization, person, to)).body, { ...member, role: to });
            assert.equal(await roleOf(person, organization), to);
        }
    }
});

test('an admin moves others between the lower roles, and touches no owner', async () => {
    const [owner, admin, person] = [await signUp(server), await signUp(server), await signUp(server)];
    const organization = await makeOrganization(owner);
    await addMember(owner, organization, admin, { role: 'admin' });
    await addMember(owner, organization, person);
    for (const role of ['instructor', 'admin', 'member'])
        assert.equal((await setRole(admin, organization, person, role)).status, 200);
    assertError(await setRole(admin, organization, person, 'owner'), 403, 'forbidden');
    assertError(await setRole(admin, organization, admin, 'owner'), 403, 'forbidden');
    for (const role of roles) assertError(await setRole(admin, organization, owner, role), 403, 'forbidden');
    assert.equal((await setRole(admin, organization, admin, 'member')).body.role, 'member');
    assertError(await setRole(admin, organization, person, 'member'), 403, 'forbidden');
});

test('lower roles change nothing, not even their own', async () => {
    const owner = await signUp(server);
    const organization = await makeOrganization(owner);
    for (const role of ['instructor', 'member']) {
        const person = await signUp(server);
        await addMember(owner, organization, person, { role });
        for (const target of [person, owner])
            assertError(await setRole(person, organization, target, 'member'), 403, 'forbidden');
        assert.equal(await roleOf(person, organization), role);
    }
});

test('who is no member, and what is no organization, is not there', async () => {
    const [owner, stranger] = [await signUp(server), await signUp(server)];
    const organization = await makeOrganization(owner);
    assertError(await setRole(owner, organization, stranger, 'admin'), 404, 'not_found');
    assertError(await setRole(stranger, organization, owner, 'member'), 404, 'not_found');
    assertError(await setRole(stranger, organization, stranger, 'owner'), 404, 'not_found');
    assertFaults(await setRole(owner, { id: 'x' }, { profile: { id: 'y' } }, 'boss'), [
        'org_id',
        'target_user_id',
        '/role',
    ]);
});

test('the last owner cannot be demoted', async () => {
    const [owner, other] = [await signUp(server), await signUp(server)];
    const organization = await makeOrganization(owner);
    await addMember(owner, organization, other, { role: 'owner' });
    assert.equal((await setRole(owner, organization, owner, 'owner')).status, 200);
    assert.equal((await setRole(owner, organization, other, 'admin')).status, 200);
    assertError(await setRole(owner, organization, owner, 'admin'), 409, 'last_owner');
    assert.equal((await setRole(owner, organization, owner, 'owner')).status, 200);
    assertError(
        await setRole(owner, { id: owner.profile.default_organization_id }, owner, 'member'),
        409,
        'last_owner',
    );
});

test('a deactivated owner still is an owner', async () => {
    const [owner, other] = [await signUp(server), await signUp(server)];
    const organization = await makeOrganization(owner);
    await addMember(owner, organization, other, { role: 'owner' });
    await server.admin('deactivate-user', other.username);
    assert.equal((await setRole(owner, organization, owner, 'admin')).status, 200);
});

test('two owners who demote themselves at the same moment leave one', async () => {
    const owner = await signUp(server);
    const people = [await signUp(server), await signUp(server)];
    for (let round = 0; round < 20; round += 1) {
        const organization = await makeOrganization(people[0]);
        await addMember(people[0], organization, people[1], { role: 'owner' });
        await addMember(people[0], organization, owner, { role: 'member' });
        const answers = await Promise.all(people.map((person) => setRole(person, organization, person, 'member')));
        assert.deepEqual(countStatuses(answers), { 200: 1, 409: 1 });
        const request = { params: { org_id: organization.id }, query: { role: 'owner' } };
        assert.equal((await owner.client.expect(200, 'list_organization_members', request)).length, 1);
    }
});

test('two owners who demote each other at the same moment leave one', async () => {
    const [first, second] = [await signUp(server), await signUp(server)];
    for (let round = 0; round < 20; round += 1) {
        const organization = await makeOrganization(first);
        await addMember(first, organization, second, { role: 'owner' });
        const answers = await Promise.all([
            setRole(first, organization, second, 'member'),
            setRole(second, organization, first, 'member'),
        ]);
        assert.deepEqual(countStatuses(answers), { 200: 1, 403: 1 });
    }
});

test('a key acts by the present role of its maker, in its own organization', async () => {
    const [owner, person] = [await signUp(server), await signUp(server)];
    const organization = await makeOrganization(owner);
    await addMember(owner, organization, person);
    const key = await makeKey(owner, ['organizations:write'], { organization_id: organization.id });
    assert.equal((await setRole(key, organization, person, 'owner')).status, 200);
    assert.equal((await setRole(person, organization, owner, 'admin')).status, 200);
    assertError(await setRole(key, organization, person, 'member'), 403, 'forbidden');
    const elsewhere = await makeKey(owner, ['organizations:write']);
    assertError(await setRole(elsewhere, organization, person, 'member'), 404, 'not_found');
    const reader = await makeKey(owner, ['organizations:read'], { organization_id: organization.id });
    assertError(await setRole(reader, organization, person, 'member'), 403, 'INSUFFICIENT_API_KEY_SCOPE');
});

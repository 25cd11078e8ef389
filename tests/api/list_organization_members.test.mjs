import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { readPages } from '../support/pages.mjs';
import { addMember, freshName, makeKey, makeOrganization, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

function list(person, { id }, query) {
    return person.client.call('list_organization_members', { params: { org_id: id }, query });
}

async function names(person, organization, query) {
    const answer = await list(person, organization, query);
    assert.equal(answer.status, 200, answer.text);
    return answer.body.map(({ username }) => username);
}

// An organization with one of each role, joined in this order.
async function makeTeam() {
    const people = {};
    for (const role of ['owner', 'admin', 'instructor', 'member'])
        people[role] = await signUp(server, { full_name: `${role} Żółć` });
    const organization = await makeOrganization(people.owner);
    for (const [role, team] of [
        ['admin', 'Berlin'],
        ['instructor', 'Berlin'],
        ['member', undefined],
    ]) {
        server.clock.advance({ seconds: 1 });
        await addMember(people.owner, organization, people[role], { role, ...(team && { team }) });
    }
    return { ...people, organization };
}

test('every member reads all, latest joined first', async () => {
    const { organization, ...people } = await makeTeam();
    const expected = ['member', 'instructor', 'admin', 'owner'].map((role) => people[role].username);
    for (const person of Object.values(people)) assert.deepEqual(await names(person, organization), expected);
    assertError(await list(await signUp(server), organization), 404, 'not_found');
    assertFaults(await list(people.owner, { id: 'acme' }), ['org_id']);
});

test('those who joined at the same moment are listed once each over the pages', async () => {
    const owner = await signUp(server);
    const organization = await makeOrganization(owner);
    const people = await Promise.all(Array.from({ length: 6 }, () => signUp(server)));
    await Promise.all(people.map((person) => addMember(owner, organization, person)));
    const options = { params: { org_id: organization.id }, query: { limit: '2' } };
    const pages = await readPages(owner.client, 'list_organization_members', options);
    const seen = pages.flat().map(({ username }) => username);
    assert.deepEqual(seen.sort(), [owner, ...people].map(({ username }) => username).sort());
});

test('an address is seen by its holder, and by owners and admins where the member came by its own act', async () => {
    const { organization, owner, admin, instructor, member } = await makeTeam();
    const seen = async (viewer) =>
        Object.fromEntries((await list(viewer, organization)).body.map(({ role, email }) => [role, email]));
    assert.deepEqual(await seen(owner), { owner: owner.email, admin: null, instructor: null, member: null });
    assert.deepEqual(await seen(admin), { owner: owner.email, admin: admin.email, instructor: null, member: null });
    assert.deepEqual(await seen(instructor), { owner: null, admin: null, instructor: instructor.email, member: null });
    assert.deepEqual(await seen(member), { owner: null, admin: null, instructor: null, member: member.email });
});

test('filters narrow together', async () => {
    const { organization, owner, admin, instructor } = await makeTeam();
    assert.deepEqual(await names(owner, organization, { role: 'admin' }), [admin.username]);
    assert.deepEqual(await names(owner, organization, { team: ' Berlin ' }), [instructor.username, admin.username]);
    assert.deepEqual(await names(owner, organization, { team: 'berlin' }), []);
    assert.deepEqual(await names(owner, organization, { team: 'Berlin', role: 'member' }), []);
    const query = { team: 'Berlin', role: 'instructor', q: 'ŻÓŁĆ' };
    assert.deepEqual(await names(owner, organization, query), [instructor.username]);
    const faults = { role: 'boss', team: ' ', q: '', limit: '101' };
    assertFaults(await list(owner, organization, faults), ['role', 'team', 'q', 'limit']);
});

test('q looks in usernames and full names, in whatever case', async () => {
    const { organization, owner, member, ...others } = await makeTeam();
    assert.deepEqual(await names(owner, organization, { q: member.username.slice(5).toUpperCase() }), [member.username]);
    for (const q of ['żółć', 'Żółć', 'ŻÓŁĆ', 'ŻÓŁĆ'.normalize('NFD'), 'ó'])
        assert.equal((await names(owner, organization, { q })).length, 2 + Object.keys(others).length, q);
    assert.deepEqual(await names(owner, organization, { q: 'instructor ż' }), [others.instructor.username]);
    assert.deepEqual(await names(owner, organization, { q: 'zolc' }), []);
});

test('q finds a changed name, and no more the one of before', async () => {
    const { organization, owner, member } = await makeTeam();
    await member.client.expect(200, 'update_current_user', { body: { full_name: 'Ænne Straße' } });
    assert.deepEqual(await names(owner, organization, { q: 'ænne STRASSE' }), [member.username]);
    assert.deepEqual(await names(owner, organization, { q: 'member żółć' }), []);
    await member.client.expect(200, 'update_current_user', { body: { full_name: null } });
    assert.deepEqual(await names(owner, organization, { q: 'ænne' }), []);
});

test('q looks in no address that the caller does not see', async () => {
    const owner = await signUp(server, { email: `${freshName('Hidden.Box')}@Example.com` });
    const member = await signUp(server, { email: `${freshName('hidden.box')}@example.com` });
    const organization = await makeOrganization(owner);
    await addMember(owner, organization, member);
    assert.deepEqual(await names(owner, organization, { q: 'HIDDEN.box' }), [owner.username]);
    assert.deepEqual(await names(member, organization, { q: 'hidden.box' }), [member.username]);
    assert.deepEqual(await names(member, organization, { q: owner.email }), []);
});

test('the wildcards of LIKE are letters like others', async () => {
    const owner = await signUp(server, { full_name: '100% \\ sure_' });
    const other = await signUp(server, { full_name: '100 x surely' });
    const organization = await makeOrganization(owner);
    await addMember(owner, organization, other);
    for (const q of ['%', '0% \\ s', '\\', 'sure_', '_'])
        assert.deepEqual(await names(owner, organization, { q }), [owner.username], q);
    for (const q of ["'", '%%', '100_x', "' OR 1=1 --"]) assert.deepEqual(await names(owner, organization, { q }), [], q);
});

test('a key lists its own organization alone', async () => {
    const { organization, owner, member } = await makeTeam();
    const key = await makeKey(member, ['organizations:read'], { organization_id: organization.id });
    assert.equal((await names(key, organization)).length, 4);
    const elsewhere = await makeKey(owner, ['organizations:read']);
    assertError(await list(elsewhere, organization), 404, 'not_found');
    const writer = await makeKey(owner, ['organizations:write'], { organization_id: organization.id });
    assertError(await list(writer, organization), 403, 'INSUFFICIENT_API_KEY_SCOPE');
});

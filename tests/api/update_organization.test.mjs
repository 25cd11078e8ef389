import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults, countStatuses } from '../support/assertions.mjs';
import { addMember, freshName, makeKey, makeOrganization, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

function update(person, { id }, body) {
    return person.client.call('update_organization', { params: { org_id: id }, body });
}

test('the given fields change, the rest stays', async () => {
    const owner = await signUp(server);
    const made = await makeOrganization(owner, { description: 'First' });
    server.clock.advance({ seconds: 1 });
    const named = (await update(owner, made, { name: '  New name ' })).body;
    assert.ok(named.updated_at > made.updated_at);
    assert.deepEqual(named, { ...made, name: 'New name', updated_at: named.updated_at });
    assert.equal((await update(owner, made, { description: '' })).body.description, '');
    assert.equal((await update(owner, made, { description: null })).body.description, null);
    assert.equal((await update(owner, made, {})).body.name, 'New name');
});

test('what is the same already changes nothing', async () => {
    const owner = await signUp(server);
    const made = await makeOrganization(owner);
    server.clock.advance({ seconds: 1 });
    for (const body of [{}, { name: made.name, slug: made.slug, description: null }])
        assert.deepEqual((await update(owner, made, body)).body, made);
});

test('an old slug is free at once, a taken one is refused', async () => {
    const owner = await signUp(server);
    const [first, second] = [await makeOrganization(owner), await makeOrganization(owner)];
    assertError(await update(owner, second, { slug: first.slug, name: 'Both' }), 409, 'slug_taken');
    assert.equal((await owner.client.expect(200, 'list_organizations'))[0].name, second.name);
    assert.equal((await update(owner, first, { slug: freshName('moved') })).status, 200);
    assert.equal((await update(owner, second, { slug: first.slug })).body.slug, first.slug);
});

test('of two that want a slug at once one gets it', async () => {
    const owner = await signUp(server);
    const both = [await makeOrganization(owner), await makeOrganization(owner)];
    for (let round = 0; round < 10; round += 1) {
        const slug = freshName('race');
        const answers = await Promise.all(both.map((organization) => update(owner, organization, { slug })));
        assert.deepEqual(countStatuses(answers), { 200: 1, 409: 1 });
    }
});

test('owners and admins may, others not, and to a stranger it is not there', async () => {
    const owner = await signUp(server);
    const organization = await makeOrganization(owner);
    for (const [role, status] of [
        ['owner', 200],
        ['admin', 200],
        ['instructor', 403],
        ['member', 403],
    ]) {
        const person = await signUp(server);
        await addMember(owner, organization, person, { role });
        const answer = await update(person, organization, { name: `By ${role}` });
        assert.equal(answer.status, status);
        if (status === 403) assertError(answer, 403, 'forbidden');
    }
    assertError(await update(await signUp(server), organization, { name: 'Mine' }), 404, 'not_found');
    assert.equal((await owner.client.expect(200, 'list_organizations'))[0].name, 'By admin');
});

test('a personal organization can be renamed', async () => {
    const person = await signUp(server);
    const [personal] = await person.client.expect(200, 'list_organizations');
    assert.equal((await update(person, personal, { name: 'Me' })).body.name, 'Me');
});

test('a key may as far as the present role of its maker goes', async () => {
    const [owner, admin] = [await signUp(server), await signUp(server)];
    const organization = await makeOrganization(owner);
    await addMember(owner, organization, admin, { role: 'admin' });
    const key = await makeKey(admin, ['organizations:write'], { organization_id: organization.id });
    assert.equal((await update(key, organization, { name: 'By key' })).status, 200);
    const elsewhere = await makeKey(owner, ['organizations:write']);
    assertError(await update(elsewhere, organization, { name: 'No' }), 404, 'not_found');
    await owner.client.expect(200, 'update_organization_member_role', {
        params: { org_id: organization.id, target_user_id: admin.profile.id },
        body: { role: 'member' },
    });
    assertError(await update(key, organization, { name: 'No' }), 403, 'forbidden');
});

test('all faults of a body are told at once', async () => {
    const owner = await signUp(server);
    const organization = await makeOrganization(owner);
    const body = { name: null, slug: 'No Slug', description: 7 };
    assertFaults(await update(owner, organization, body), ['/name', '/slug', '/description']);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { readPages } from '../support/pages.mjs';
import { addMember, makeKey, makeOrganization, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

function list(person, query) {
    return person.client.expect(200, 'list_organizations', { query });
}

test('a new user has the personal one', async () => {
    const person = await signUp(server, { full_name: 'Mira Kovač' });
    const [personal, ...others] = await list(person);
    assert.deepEqual(others, []);
    assert.equal(personal.id, person.profile.default_organization_id);
    assert.deepEqual(
        [personal.name, personal.slug, personal.role, personal.is_personal, personal.member_count],
        ['Mira Kovač', person.username, 'owner', true, 1],
    );
});

test('newest first, each with the own role and the number of members', async () => {
    const [owner, person] = [await signUp(server), await signUp(server)];
    const [first, second] = [await makeOrganization(owner), await makeOrganization(owner)];
    await addMember(owner, second, person, { role: 'instructor' });
    await addMember(owner, first, person);
    await makeOrganization(owner);
    const found = await list(person);
    assert.deepEqual(
        found.map(({ id, role, member_count, is_personal }) => [id, role, member_count, is_personal]),
        [
            [second.id, 'instructor', 2, false],
            [first.id, 'member', 2, false],
            [person.profile.default_organization_id, 'owner', 1, true],
        ],
    );
});

test('pages have each organization once', async () => {
    const person = await signUp(server);
    const made = [];
    for (let count = 0; count < 4; count += 1) made.unshift((await makeOrganization(person)).id);
    const pages = await readPages(person.client, 'list_organizations', { query: { limit: '2' } });
    const seen = pages.flat().map(({ id }) => id);
    assert.deepEqual(seen, [...made, person.profile.default_organization_id]);
    for (const query of [{ cursor: 'x' }, { limit: '0' }])
        assertFaults(await person.client.call('list_organizations', { query }), Object.keys(query));
});

test('a key sees its own organization alone', async () => {
    const person = await signUp(server);
    const organization = await makeOrganization(person);
    const there = await makeKey(person, ['organizations:read'], { organization_id: organization.id });
    assert.deepEqual(await list(there), [organization]);
    const writer = await makeKey(person, ['organizations:write']);
    assertError(await writer.client.call('list_organizations'), 403, 'INSUFFICIENT_API_KEY_SCOPE');
});

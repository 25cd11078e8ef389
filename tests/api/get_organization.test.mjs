import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { addMember, makeKey, makeOrganization, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

function get(person, org_id) {
    return person.client.call('get_organization', { params: { org_id } });
}

test('every member reads it, with the own role', async () => {
    const owner = await signUp(server);
    const organization = await makeOrganization(owner);
    let member_count = 1;
    for (const role of ['owner', 'admin', 'instructor', 'member']) {
        const person = await signUp(server);
        await addMember(owner, organization, person, { role });
        member_count += 1;
        assert.deepEqual((await get(person, organization.id)).body, { ...organization, role, member_count });
    }
});

test('to others it is not there, like one that is none', async () => {
    const [owner, stranger] = [await signUp(server), await signUp(server)];
    const { id } = await makeOrganization(owner);
    const [hidden, absent] = [await get(stranger, id), await get(stranger, '019df244-fa20-74ae-87b2-b94176a5dbcf')];
    assertError(hidden, 404, 'not_found');
    assert.deepEqual(hidden.body.detail, absent.body.detail);
    assertFaults(await get(stranger, 'acme'), ['org_id']);
});

test('a key reads its own organization, and no other of its maker', async () => {
    const person = await signUp(server);
    const [here, there] = [await makeOrganization(person), await makeOrganization(person)];
    const key = await makeKey(person, ['organizations:read'], { organization_id: here.id });
    assert.deepEqual((await get(key, here.id)).body, here);
    assertError(await get(key, there.id), 404, 'not_found');
    assertError(await get(key, person.profile.default_organization_id), 404, 'not_found');
    const writer = await makeKey(person, ['organizations:write'], { organization_id: here.id });
    assertError(await get(writer, here.id), 403, 'INSUFFICIENT_API_KEY_SCOPE');
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { accept, invite, inviters, listInvitations, revoke, signUpFor } from '../support/invitations.mjs';
import { nextQuery, readPages } from '../support/pages.mjs';
import { addMember, logIn, makeKey, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

const list = (person, organization, query) =>
    person.client.call('list_organization_invitations', { params: { org_id: organization.id }, query });

async function again(person) {
    const { access_token } = await logIn(person.client, person.username);
    return { ...person, client: person.client.with({ token: access_token }) };
}

test('invitations in all states, newest first, page by page and by their state', async () => {
    const { organization, ...people } = await inviters(server);
    const made = { expired: [], accepted: [], revoked: [], pending: [] };
    let admin = people.admin;
    for (let number = 0; number < 3; number += 1) made.expired.unshift((await invite(admin, organization)).id);
    server.clock.advance({ days: 7 });
    admin = await again(admin);
    for (let number = 0; number < 3; number += 1) {
        const accepted = await invite(admin, organization);
        assert.equal((await accept(await signUpFor(server, accepted), accepted)).status, 200);
        made.accepted.unshift(accepted.id);
        const revoked = await invite(admin, organization);
        assert.equal((await revoke(admin, organization, revoked)).status, 204);
        made.revoked.unshift(revoked.id);
        made.pending.unshift((await invite(admin, organization)).id);
    }
    const params = { org_id: organization.id };
    const ids = async (query) => {
        const pages = await readPages(admin.client, 'list_organization_invitations', { params, query });
        return pages.flat().map(({ id, status, invite_url }) => {
            assert.equal(invite_url, null);
            assert.equal(status, query.status ?? status);
            return id;
        });
    };
    for (const [status, wanted] of Object.entries(made)) assert.deepEqual(await ids({ status, limit: 2 }), wanted, status);
    const all = await ids({ limit: 5 });
    assert.equal(all.length, 12);
    assert.deepEqual(all, all.toSorted().toReversed());
});

test('a pending invitation expires by the clock alone', async () => {
    const { organization, admin } = await inviters(server);
    await invite(admin, organization);
    server.clock.advance({ days: 7 });
    const later = await again(admin);
    assert.deepEqual(await listInvitations(later, organization, { status: 'pending' }), []);
    assert.equal((await listInvitations(later, organization, { status: 'expired' }))[0].status, 'expired');
});

test('a cursor is of one filter', async () => {
    const { organization, admin } = await inviters(server);
    for (let number = 0; number < 2; number += 1) await invite(admin, organization);
    const { cursor } = nextQuery(await list(admin, organization, { limit: 1, status: 'pending' }));
    assertFaults(await list(admin, organization, { cursor, status: 'revoked' }), ['cursor']);
    assertFaults(await list(admin, organization, { status: 'lost', limit: 0 }), ['limit', 'status']);
});

test('is for owners and admins of the organization', async () => {
    const { organization, owner, admin } = await inviters(server);
    await invite(admin, organization);
    for (const role of ['instructor', 'member']) {
        const person = await signUp(server);
        await addMember(owner, organization, person, { role });
        assertError(await list(person, organization), 403, 'forbidden');
    }
    assertError(await list(await signUp(server), organization), 404, 'not_found');
    assert.equal((await listInvitations(owner, organization)).length, 1);
});

test('a key reads those of its own organization', async () => {
    const { organization, admin } = await inviters(server);
    const { id } = await invite(admin, organization);
    const here = { organization_id: organization.id };
    const [found] = await listInvitations(await makeKey(admin, ['organizations:read'], here), organization);
    assert.equal(found.id, id);
    assertError(await list(await makeKey(admin, ['organizations:read']), organization), 404, 'not_found');
    assertError(await list(await makeKey(admin, ['quiz:read'], here), organization), 403, 'INSUFFICIENT_API_KEY_SCOPE');
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { eventually } from '../support/eventually.mjs';
import { addMember, makeKey, makeOrganization, removeMember, signUp } from '../support/people.mjs';
import { useNodes } from '../support/setup.mjs';

// What is changed at one node holds for the next request at the other.
const [first, second] = useNodes();
const elsewhere = ({ address, token, apiKey }) => new Client(second, { address, token, apiKey });

// An organization with an owner and a member who made a key, used at the other node.
async function teamWithKey(role, scopes) {
    const [owner, maker] = [await signUp(first), await signUp(first)];
    const organization = await makeOrganization(owner);
    await addMember(owner, organization, maker, { role });
    const key = await makeKey(maker, scopes, { organization_id: organization.id });
    const params = { org_id: organization.id };
    return { owner, maker, organization, key, params, client: elsewhere(key.client) };
}

function setRole({ owner, maker, params }, role) {
    const target = { ...params, target_user_id: maker.profile.id };
    return owner.client.expect(200, 'update_organization_member', { params: target, body: { role } });
}

const scopes = ['organizations:read', 'conversations:read'];

test('a key acts for one organization only, whatever else its maker is a member of', async () => {
    const { maker, client, params, organization } = await teamWithKey('member', scopes);
    const other = await makeOrganization(maker);
    await client.expect(200, 'get_organization', { params });
    for (const org_id of [other.id, maker.profile.default_organization_id])
        assertError(await client.call('get_organization', { params: { org_id } }), 404, 'not_found');
    const listed = await client.expect(200, 'list_organizations');
    assert.deepEqual(listed.map(({ id }) => id), [organization.id]);
});

test('a key acts with the present role of its maker', async () => {
    const team = await teamWithKey('admin', ['organizations:write']);
    const { client, params } = team;
    const rename = (name) => client.call('update_organization', { params, body: { name } });
    assert.equal((await rename('By an admin')).status, 200);
    await setRole(team, 'member');
    assertError(await rename('By a member'), 403, 'forbidden');
    await setRole(team, 'admin');
    assert.equal((await rename('By an admin again')).status, 200);
});

test('a key ends when its maker is removed, and does not come back with the maker', async () => {
    const { owner, maker, organization, client } = await teamWithKey('member', scopes);
    const own = await makeKey(maker, scopes);
    await client.expect(200, 'list_conversations');
    await removeMember(owner, organization, maker);
    assertError(await client.call('list_conversations'), 401, 'invalid_api_key');
    await addMember(owner, organization, maker);
    assertError(await client.call('list_conversations'), 401, 'invalid_api_key');
    await elsewhere(own.client).expect(200, 'list_conversations');
});

test('a key ends when its maker leaves', async () => {
    const { maker, organization, client } = await teamWithKey('admin', scopes);
    await client.expect(200, 'list_conversations');
    await removeMember(maker, organization, maker);
    assertError(await client.call('list_conversations'), 401, 'invalid_api_key');
});

test('a key ends when its maker is moved to another organization', async () => {
    const { owner, maker, params, client } = await teamWithKey('member', scopes);
    const other = await makeOrganization(owner);
    await client.expect(200, 'list_conversations');
    const target = { ...params, target_user_id: maker.profile.id };
    await owner.client.expect(200, 'update_organization_member', {
        params: target,
        body: { organization_id: other.id },
    });
    assertError(await client.call('list_conversations'), 401, 'invalid_api_key');
});

test('a key ends with its organization', async () => {
    const { owner, params, client } = await teamWithKey('member', scopes);
    await client.expect(200, 'list_conversations');
    await owner.client.expect(204, 'delete_organization', { params });
    assertError(await client.call('list_conversations'), 401, 'invalid_api_key');
});

test('a key rests while its maker is deactivated', async () => {
    const { maker, client } = await teamWithKey('member', scopes);
    await client.expect(200, 'list_conversations');
    await first.admin('deactivate-user', maker.username);
    assertError(await client.call('list_conversations'), 401, 'invalid_api_key');
    await first.admin('activate-user', maker.username);
    await client.expect(200, 'list_conversations');
});

test('a key ends with the account of its maker', async () => {
    const { maker, client } = await teamWithKey('member', scopes);
    await client.expect(200, 'list_conversations');
    await maker.client.expect(204, 'delete_current_user', { body: { current_password: maker.password } });
    assertError(await client.call('list_conversations'), 401, 'invalid_api_key');
});

test('a key ends when an admin deletes it', async () => {
    const { owner, key, params, client } = await teamWithKey('admin', scopes);
    await client.expect(200, 'list_conversations');
    await owner.client.expect(204, 'delete_organization_api_key', { params: { ...params, key_id: key.id } });
    assertError(await client.call('list_conversations'), 401, 'invalid_api_key');
});

test('uses at both nodes are counted together', async () => {
    const { owner, key, params, client } = await teamWithKey('member', scopes);
    for (let count = 0; count < 2; count += 1) {
        await client.expect(200, 'list_conversations');
        await key.client.expect(200, 'list_conversations');
    }
    await eventually('the uses are counted', async () => {
        const [listed] = await owner.client.expect(200, 'list_organization_api_keys', { params });
        return listed.request_count === 4;
    });
});

test('an admin who is demoted deletes no keys on the next request', async () => {
    const team = await teamWithKey('admin', scopes);
    const { maker, key, params } = team;
    const at = elsewhere(maker.client);
    await at.expect(200, 'list_organization_api_keys', { params });
    await setRole(team, 'instructor');
    const call = { params: { ...params, key_id: key.id } };
    assertError(await at.call('list_organization_api_keys', { params }), 403, 'forbidden');
    assertError(await at.call('delete_organization_api_key', call), 403, 'forbidden');
    await maker.client.expect(204, 'delete_api_key', { params: { key_id: key.id } }); // it stays the maker's own
});

test('a key that is made while its maker is removed is there or refused, and never outlives the membership', async () => {
    for (let round = 0; round < 5; round += 1) {
        const { owner, maker, organization } = await teamWithKey('member', scopes);
        const body = { name: 'Racing', organization_id: organization.id, scopes };
        const [made] = await Promise.all([
            elsewhere(maker.client).call('create_api_key', { body }),
            removeMember(owner, organization, maker),
        ]);
        if (made.status !== 201) assertError(made, 404, 'not_found');
        else {
            const client = elsewhere(maker.client.with({ token: undefined, apiKey: made.body.key }));
            assertError(await client.call('list_conversations'), 401, 'invalid_api_key');
        }
        const params = { org_id: organization.id };
        assert.deepEqual(await owner.client.expect(200, 'list_organization_api_keys', { params }), []);
    }
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { addMember, freshName, logIn, makeOrganization, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ settings: { 'limits.login-account': 4 } });

function remove(client, current_password) {
    return client.call('delete_current_user', { body: { current_password } });
}

test('the account is gone at once, with all its credentials', async () => {
    const { client, username, email, password } = await signUp(server);
    const other = await logIn(client, username);
    await client.expect(201, 'create_conversation', { body: {} });
    assert.equal((await remove(client, password)).status, 204);
    for (const token of [client.token, other.access_token])
        assertError(await client.call('get_current_user', { token }), 401, 'invalid_token');
    const body = { refresh_token: other.refresh_token };
    assertError(await client.call('refresh_token', { body }), 401, 'invalid_token');
    for (const name of [username, email])
        assertError(await client.call('login_user', { form: { username: name, password } }), 401, 'invalid_credentials');
});

test('username and e-mail address are free again, and nothing of before comes back', async () => {
    const { client, username, email, password, profile } = await signUp(server);
    await client.expect(201, 'create_conversation', { body: {} });
    await remove(client, password);
    const again = await signUp(server, { username, email });
    assert.notEqual(again.profile.id, profile.id);
    assert.deepEqual(await again.client.expect(200, 'list_conversations'), []);
});

test('a wrong password is a fault at its place and deletes nothing', async () => {
    const { client, profile } = await signUp(server);
    assertFaults(await remove(client, 'wrong'), ['/current_password']);
    assertFaults(await client.call('delete_current_user', { body: {} }), ['/current_password']);
    assert.deepEqual(await client.expect(200, 'get_current_user'), profile);
});

test('wrong passwords count as failed logins', async () => {
    const { client, password } = await signUp(server);
    const caller = client.with({ address: '10.255.0.2' });
    for (let count = 0; count < 4; count += 1) assertFaults(await remove(caller, 'guess'), ['/current_password']);
    assertError(await remove(caller, password), 429, 'rate_limited');
    await client.expect(200, 'get_current_user');
});

test('the last owner of an organization with other members is told of it, and stays until there is another', async () => {
    const [owner, member] = [await signUp(server), await signUp(server)];
    const [first, second, alone] = [
        await makeOrganization(owner),
        await makeOrganization(owner),
        await makeOrganization(owner),
    ];
    for (const organization of [first, second]) await addMember(owner, organization, member, { role: 'admin' });
    const refused = await remove(owner.client, owner.password);
    assertError(refused, 409, 'last_owner');
    assert.deepEqual(refused.body.detail.organization_ids, [first.id, second.id]);
    await assert.rejects(server.admin('delete-user', owner.username), new RegExp(first.id));
    await owner.client.expect(200, 'get_organization', { params: { org_id: alone.id } });
    for (const { id } of [first, second]) {
        await owner.client.expect(200, 'update_organization_member_role', {
            params: { org_id: id, target_user_id: member.profile.id },
            body: { role: 'owner' },
        });
    }
    assert.equal((await remove(owner.client, owner.password)).status, 204);
    const left = await member.client.expect(200, 'list_organizations');
    assert.deepEqual(
        left.map(({ id, member_count }) => [id, member_count]),
        [
            [second.id, 1],
            [first.id, 1],
            [member.profile.default_organization_id, 1],
        ],
    );
    assert.equal((await makeOrganization(member, { slug: alone.slug })).slug, alone.slug);
});

test('the operator deletes, deactivates and activates accounts', async () => {
    const { client, username, email } = await signUp(server);
    await server.admin('deactivate-user', username);
    assertError(await client.call('get_current_user'), 401, 'invalid_token');
    await server.admin('activate-user', email);
    const { access_token: token } = await logIn(client, username);
    assertError(await client.call('get_current_user'), 401, 'invalid_token');
    await server.admin('delete-user', username);
    assertError(await client.call('get_current_user', { token }), 401, 'invalid_token');
    await assert.rejects(server.admin('delete-user', freshName()), /There is no account/);
});

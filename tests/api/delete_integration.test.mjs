import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { connect, connectionsOf, useConnector } from '../support/connecting.mjs';
import { eventually } from '../support/eventually.mjs';
import { makeKey, signUp } from '../support/people.mjs';
import { Server } from '../support/server.mjs';

const { mock, server } = await useConnector();

// Somebody with a connection: { ...person, id, token } with the refresh token that the consent is revoked by.
async function connected() {
    const person = await signUp(server);
    await connect(person.client);
    const [{ id }] = await connectionsOf(person.client);
    return { ...person, id, token: mock.refreshTokens.at(-1) };
}

function isRevoked(token) {
    return () => mock.revoked.includes(token);
}

test('the connection is gone and the consent is revoked at the provider', async () => {
    const { client, id, token } = await connected();
    await client.expect(204, 'delete_integration', { params: { integration_id: id } });
    assert.deepEqual(await connectionsOf(client), []);
    assertError(await client.call('list_google_calendar_events'), 404, 'not_found');
    await eventually('the provider is told', isRevoked(token));
    assertError(await client.call('delete_integration', { params: { integration_id: id } }), 404, 'not_found');
});

test('of two at once one ends it, and the provider is told once', async () => {
    const { client, id, token } = await connected();
    const end = () => client.call('delete_integration', { params: { integration_id: id } });
    const statuses = (await Promise.all([end(), end()])).map(({ status }) => status);
    assert.deepEqual(statuses.sort(), [204, 404]);
    await eventually('the provider is told', isRevoked(token));
    const { id: next, token: last, client: other } = await connected();
    await other.expect(204, 'delete_integration', { params: { integration_id: next } });
    await eventually('a later one is told', isRevoked(last));
    assert.equal(mock.revoked.filter((one) => one === token).length, 1);
});

test("another's connection is not there, and stays", async () => {
    const [owner, stranger] = [await connected(), await signUp(server)];
    const params = { integration_id: owner.id };
    assertError(await stranger.client.call('delete_integration', { params }), 404, 'not_found');
    assert.equal((await connectionsOf(owner.client)).length, 1);
});

test('a malformed id is a fault', async () => {
    const { client } = await signUp(server);
    assertFaults(await client.call('delete_integration', { params: { integration_id: 'x' } }), ['integration_id']);
});

test('a key needs the scope to write', async () => {
    const person = await connected();
    const params = { integration_id: person.id };
    const reading = await makeKey(person, ['integrations:read']);
    assertError(await reading.client.call('delete_integration', { params }), 403, 'INSUFFICIENT_API_KEY_SCOPE');
    const writing = await makeKey(person, ['integrations:write']);
    await writing.client.expect(204, 'delete_integration', { params });
});

test('a provider that cannot be reached keeps nothing here: it is told later', async () => {
    mock.revocationStatus = 503;
    const { client, id, token } = await connected();
    await client.expect(204, 'delete_integration', { params: { integration_id: id } });
    assert.deepEqual(await connectionsOf(client), []);
    await eventually('it is tried', isRevoked(token));
    mock.revocationStatus = 200;
    await eventually('it is tried again', () => {
        server.clock.advance({ minutes: 2 });
        return mock.revoked.filter((one) => one === token).length > 1;
    });
    assert.match(server.log, /a consent could not be revoked/);
});

test('with the account its consents end at the provider', async () => {
    const { client, password, token } = await connected();
    await client.expect(204, 'delete_current_user', { body: { current_password: password } });
    await eventually('the provider is told', isRevoked(token));
});

test('so they do where the operator deletes the account', async () => {
    const { username, token } = await connected();
    await server.admin('delete-user', username);
    await eventually('the provider is told', isRevoked(token));
});

test('without a credential and beyond the limit it is refused', async () => {
    const limited = await new Server({ settings: { 'limits.caller': 2 } }).start();
    const params = { integration_id: '019df244-fa20-74ae-87b2-b94176a5dbcf' };
    try {
        const { client } = await signUp(limited);
        assertError(await client.call('delete_integration', { params, token: undefined }), 401, 'not_authenticated');
        for (let i = 0; i < 2; ++i) await client.expect(404, 'delete_integration', { params });
        assertError(await client.call('delete_integration', { params }), 429, 'rate_limited');
    } finally {
        await limited.stop();
    }
});

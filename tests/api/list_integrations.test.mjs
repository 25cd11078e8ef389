import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { connect, connectionsOf, useConnector } from '../support/connecting.mjs';
import { makeKey, signUp } from '../support/people.mjs';
import { Server } from '../support/server.mjs';

const { server } = await useConnector();

test('everybody sees the own connections and no others', async () => {
    const [mira, ola] = [await signUp(server), await signUp(server)];
    await connect(mira.client);
    assert.equal((await connectionsOf(mira.client)).length, 1);
    assert.deepEqual(await connectionsOf(ola.client), []);
});

test('a key sees those of its maker, with the scope for it', async () => {
    const person = await signUp(server);
    await connect(person.client);
    const key = await makeKey(person, ['integrations:read']);
    assert.deepEqual(await connectionsOf(key.client), await connectionsOf(person.client));
    const other = await makeKey(person, ['integrations:write']);
    assertError(await other.client.call('list_integrations'), 403, 'INSUFFICIENT_API_KEY_SCOPE');
});

test('a wrong limit and a wrong cursor are faults', async () => {
    const { client } = await signUp(server);
    assertFaults(await client.call('list_integrations', { query: { limit: 0, cursor: '' } }), ['limit', 'cursor']);
    assertFaults(await client.call('list_integrations', { query: { cursor: 'x' } }), ['cursor']);
});

test('without a credential and beyond the limit it is refused', async () => {
    const limited = await new Server({ settings: { 'limits.caller': 2 } }).start();
    try {
        const { client } = await signUp(limited);
        assertError(await client.call('list_integrations', { token: undefined }), 401, 'not_authenticated');
        for (let i = 0; i < 2; ++i) await connectionsOf(client);
        assertError(await client.call('list_integrations'), 429, 'rate_limited');
    } finally {
        await limited.stop();
    }
});

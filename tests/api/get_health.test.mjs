import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from '../support/client.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ settings: { 'limits.address': 3 } });

test('health is told without a credential, with the time of the server clock', async () => {
    const client = new Client(server);
    server.clock.advance({ days: 2 });
    const health = await client.expect(200, 'get_health');
    assert.equal(health.status, 'ok');
    assert.ok(Math.abs(Date.parse(health.time) - server.clock.now()) < 5_000, health.time);
});

test('a credential that is sent is not looked at', async () => {
    await new Client(server, { token: 'no.real.token' }).expect(200, 'get_health');
});

test('health is not rate-limited', async () => {
    const client = new Client(server);
    for (let call = 0; call < 10; call += 1) await client.expect(200, 'get_health');
});

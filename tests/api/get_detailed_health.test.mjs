import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError } from '../support/assertions.mjs';
import { signUp, signUpAdmin } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

test('a platform admin sees how each part is', async () => {
    const { client } = await signUpAdmin(server);
    const health = await client.expect(200, 'get_detailed_health');
    assert.equal(health.status, 'ok');
    assert.equal(health.checks.database.status, 'ok');
    assert.equal(health.checks.storage.status, 'ok');
    assert.ok(Date.parse(health.started_at) <= server.clock.now());
});

test('a user who is no admin does not', async () => {
    const { client } = await signUp(server);
    assertError(await client.call('get_detailed_health'), 403, 'admin_required');
});

test('an account that is promoted is admin with its present session', async () => {
    const person = await signUp(server);
    await server.admin('promote', person.username);
    await person.client.expect(200, 'get_detailed_health');
    assert.equal((await person.client.expect(200, 'get_current_user')).role, 'admin');
});

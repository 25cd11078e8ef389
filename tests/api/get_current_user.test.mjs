import assert from 'node:assert/strict';
import test from 'node:test';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

test('the account of the session is answered, as the registration answered it', async () => {
    const { client, profile } = await signUp(server, { full_name: 'Mira Kovač', timezone: 'Europe/Zagreb' });
    assert.deepEqual(await client.expect(200, 'get_current_user'), profile);
});

test('each caller sees the own account', async () => {
    const [first, second] = [await signUp(server), await signUp(server)];
    assert.equal((await first.client.expect(200, 'get_current_user')).id, first.profile.id);
    assert.equal((await second.client.expect(200, 'get_current_user')).id, second.profile.id);
});

test('no secret of the account is in the answer', async () => {
    const { client } = await signUp(server);
    const { text } = await client.call('get_current_user');
    assert.doesNotMatch(text, /password|hash|argon2/i);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { logIn, makeKey, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

async function sessionsOf(person) {
    return person.client.expect(200, 'list_sessions');
}

test('an ended session is ended for both its tokens at once, and the others stay', async () => {
    const person = await signUp(server);
    const other = await logIn(person.client, person.username);
    const { id } = (await sessionsOf(person)).find(({ current }) => !current);
    await person.client.expect(204, 'delete_session', { params: { session_id: id } });
    const ended = await person.client.call('get_current_user', { token: other.access_token });
    assertError(ended, 401, 'invalid_token');
    const refreshed = await person.client.call('refresh_token', { body: { refresh_token: other.refresh_token } });
    assertError(refreshed, 401, 'invalid_token');
    assert.equal((await sessionsOf(person)).length, 1);
    assertError(await person.client.call('delete_session', { params: { session_id: id } }), 404, 'not_found');
});

test('the asking session can end itself; API keys stay', async () => {
    const person = await signUp(server);
    const { client } = await makeKey(person, ['conversations:read']);
    const [{ id }] = await sessionsOf(person);
    await person.client.expect(204, 'delete_session', { params: { session_id: id } });
    assertError(await person.client.call('get_current_user'), 401, 'invalid_token');
    await client.expect(200, 'list_conversations');
});

test("somebody else's session, an expired and an unknown one are not there", async () => {
    const [person, other] = [await signUp(server), await signUp(server)];
    const [{ id }] = await sessionsOf(other);
    for (const session_id of [id, '019df244-fa20-74ae-87b2-b94176a5dbcf'])
        assertError(await person.client.call('delete_session', { params: { session_id } }), 404, 'not_found');
    await sessionsOf(other);
    assertFaults(await person.client.call('delete_session', { params: { session_id: '1' } }), ['session_id']);
    server.clock.advance({ days: 31 });
    const { access_token } = await logIn(other.client, other.username);
    const late = await other.client.call('delete_session', { params: { session_id: id }, token: access_token });
    assertError(late, 404, 'not_found');
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { implementedContract } from '../support/contract.mjs';
import { bearing, grant, issuerSettings, partner } from '../support/grants.mjs';
import { makeKey, signUp } from '../support/people.mjs';
import { sampleRequest } from '../support/samples.mjs';
import { useServer } from '../support/setup.mjs';

// Integration tokens as bearer tokens.
const server = useServer({ settings: issuerSettings });
const elsewhere = 'https://elsewhere.example';

test('a token opens what its scopes open, as the user that it acts for', async () => {
    const person = await signUp(server);
    const { token } = await grant(person.client, { scopes: ['profile:read'], subject: 'learner-1' });
    const me = await bearing(person.client, token).expect(200, 'get_current_user');
    assert.equal(me.id, person.profile.id);
});

test('no other operation takes a token, whatever its scopes', async () => {
    const person = await signUp(server);
    const contract = implementedContract();
    const scopes = contract.document.components.schemas.IntegrationGrantScope.enum;
    const { token } = await grant(person.client, { scopes, ttlSeconds: 900 });
    const closed = contract.operations.filter(
        ({ isPublic, definition }) => !isPublic && !definition['x-grant-scope'],
    );
    assert.ok(closed.length > 10);
    for (const operation of closed) {
        const answer = await bearing(new Client(server), token).call(operation.id, sampleRequest(operation));
        assert.deepEqual([operation.id, answer.status, answer.body.detail.error], [operation.id, 403, 'forbidden']);
    }
});

test('a scope that the token lacks is named', async () => {
    const { client } = await signUp(server);
    const { token } = await grant(client, { scopes: ['quota:read'] });
    const answer = await bearing(client, token).call('get_current_user');
    assertError(answer, 403, 'forbidden');
    assert.match(answer.body.detail.message, /profile:read/);
    assert.equal(answer.body.detail.required_scope, 'profile:read');
    assert.deepEqual(answer.body.detail.granted_scopes, ['quota:read']);
});

test('a token for servers is taken without an origin, and from its own', async () => {
    const { client } = await signUp(server);
    const { token } = await grant(client, { mode: 'api' });
    await bearing(client, token).expect(200, 'get_current_user');
    for (const origin of [partner, 'https://Partner.Example.com:443'])
        await bearing(client, token, origin).expect(200, 'get_current_user');
    for (const origin of [elsewhere, 'null', 'http://partner.example.com', `${partner}.evil.example`, '*'])
        assertError(await bearing(client, token, origin).call('get_current_user'), 403, 'wrong_origin');
});

test('a token for a page is taken from its origin only', async () => {
    const { client } = await signUp(server);
    const { token } = await grant(client, { mode: 'embed' });
    await bearing(client, token, partner).expect(200, 'get_current_user');
    assertError(await bearing(client, token).call('get_current_user'), 403, 'wrong_origin');
    for (const origin of [elsewhere, 'null', `${partner}:8443`])
        assertError(await bearing(client, token, origin).call('get_current_user'), 403, 'wrong_origin');
});

test('the origin is looked at before the scope, the token before the origin', async () => {
    const { client } = await signUp(server);
    const { token } = await grant(client, { mode: 'embed', ttlSeconds: 30 });
    assertError(await bearing(client, token).call('list_conversations'), 403, 'wrong_origin');
    server.clock.advance({ seconds: 31 });
    assertError(await bearing(client, token).call('list_conversations'), 401, 'token_expired');
});

test("a partner's page may call with a token: browsers are told so", async () => {
    const { client } = await signUp(server);
    const { token } = await grant(client, { mode: 'embed' });
    const { path } = implementedContract().operation('get_current_user');
    const asked = { Origin: partner, 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'authorization' };
    const preflight = await client.request('OPTIONS', path, { headers: asked, token: undefined });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('Access-Control-Allow-Origin'), '*');
    assert.match(preflight.headers.get('Access-Control-Allow-Headers'), /\bAuthorization\b/);
    for (const one of [bearing(client, token, partner), bearing(client, token)]) {
        const answer = await one.call('get_current_user'); // a refusal can be read as well
        assert.equal(answer.headers.get('Access-Control-Allow-Origin'), '*');
    }
});

test('a token is good to its last second, then it has expired', async () => {
    const { client } = await signUp(server);
    const { token, expiresAt } = await grant(client, { ttlSeconds: 30 });
    server.clock.advance({ milliseconds: Date.parse(expiresAt) - server.clock.now().getTime() - 2_000 });
    await bearing(client, token).expect(200, 'get_current_user');
    server.clock.advance({ seconds: 2 });
    const answer = await bearing(client, token).call('get_current_user');
    assertError(answer, 401, 'token_expired');
    assert.match(answer.headers.get('WWW-Authenticate'), /expired/);
    server.clock.advance({ hours: 25 });
    assertError(await bearing(client, token).call('get_current_user'), 401, 'token_expired');
});

test('a token stops with the key that issued it, and not with another', async () => {
    const person = await signUp(server);
    const key = await makeKey(person, ['integrations:write']);
    const other = await makeKey(person, ['integrations:write']);
    const { token } = await grant(key.client);
    await person.client.expect(204, 'delete_api_key', { params: { key_id: other.id } });
    await bearing(person.client, token).expect(200, 'get_current_user');
    await person.client.expect(204, 'delete_api_key', { params: { key_id: key.id } });
    assertError(await bearing(person.client, token).call('get_current_user'), 401, 'invalid_token');
});

test('a token stops when its key expires', async () => {
    const person = await signUp(server);
    const expires_at = new Date(server.clock.now().getTime() + 60_000).toISOString();
    const key = await makeKey(person, ['integrations:write'], { expires_at });
    const { token } = await grant(key.client, { ttlSeconds: 900 });
    await bearing(person.client, token).expect(200, 'get_current_user');
    server.clock.advance({ seconds: 60 });
    assertError(await bearing(person.client, token).call('get_current_user'), 401, 'invalid_token');
});

test('a logout ends no token, the end of the account does', async () => {
    const person = await signUp(server);
    const { token } = await grant(person.client);
    const bearer = bearing(new Client(server), token);
    await person.client.expect(200, 'logout_user');
    await bearer.expect(200, 'get_current_user');
    await server.admin('deactivate-user', person.username);
    assertError(await bearer.call('get_current_user'), 401, 'invalid_token');
});

test('a deleted account takes its tokens along', async () => {
    const person = await signUp(server);
    const { token } = await grant(person.client);
    await person.client.expect(204, 'delete_current_user', { body: { current_password: person.password } });
    assertError(await bearing(new Client(server), token).call('get_current_user'), 401, 'invalid_token');
});

test("a chat by a token is the user's own", async () => {
    const person = await signUp(server);
    const stranger = await signUp(server);
    const { id } = await person.client.expect(201, 'create_conversation');
    const { token } = await grant(person.client, { scopes: ['chat:write'], mode: 'embed' });
    const bearer = bearing(new Client(server), token, partner);
    const body = { message: 'Good morning', conversation_id: id };
    await bearer.expect(200, 'generate_chat_response', { body });
    const messages = await person.client.expect(200, 'list_messages', { params: { conversation_id: id } });
    assert.equal(messages.length, 2);
    const other = await stranger.client.expect(201, 'create_conversation');
    const answer = await bearer.call('generate_chat_response', { body: { ...body, conversation_id: other.id } });
    assertError(answer, 404, 'not_found');
});

test('beside a token an API key is not looked at', async () => {
    const person = await signUp(server);
    const { token } = await grant(person.client);
    await bearing(person.client, token).expect(200, 'get_current_user', { headers: { 'X-API-Key': 'no key' } });
    const { client } = await makeKey(person, ['api:admin']);
    assertError(await client.call('list_conversations', { token }), 403, 'forbidden');
});

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test from 'node:test';
import { assertError } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { implementedContract } from '../support/contract.mjs';
import { logIn, makeKey, signUp, signUpAdmin } from '../support/people.mjs';
import { sendRaw } from '../support/rawHttp.mjs';
import { sampleRequest } from '../support/samples.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();
const guarded = implementedContract().operations.filter(({ isPublic }) => !isPublic);

test('a key acts for its maker', async () => {
    const person = await signUp(server);
    const { client } = await makeKey(person, ['conversations:read', 'conversations:write']);
    const { id } = await client.expect(201, 'create_conversation', { body: { title: 'By key' } });
    assert.deepEqual((await person.client.expect(200, 'list_conversations')).map((made) => made.id), [id]);
    await client.expect(200, 'generate_chat_response', { body: { message: 'Hello', conversation_id: id } });
    await client.expect(204, 'delete_conversation', { params: { conversation_id: id } });
});

test('a key with one scope too few gets the documented answer, word for word', async () => {
    const { client } = await makeKey(await signUp(server), ['organizations:read']);
    const answer = await client.call('create_conversation');
    assert.equal(answer.status, 403);
    assert.deepEqual(answer.body.detail, {
        error: 'INSUFFICIENT_API_KEY_SCOPE',
        message: 'API key lacks required scope for this endpoint',
        required_scope: 'conversations:write',
        granted_scopes: ['organizations:read'],
    });
});

test('every guarded operation tells a key without its scope, or any key, what it needs', async () => {
    const { client } = await makeKey(await signUp(server), ['quiz:read']);
    for (const operation of guarded) {
        const answer = await client.call(operation.id, sampleRequest(operation));
        const scope = operation.definition['x-scope'];
        const bearerOnly = operation.definition['x-bearer-only'];
        assertError(answer, 403, bearerOnly ? 'bearer_required' : 'INSUFFICIENT_API_KEY_SCOPE');
        if (!bearerOnly) assert.equal(answer.body.detail.required_scope, scope);
    }
});

test('api:admin has all scopes, a write scope not the read scope', async () => {
    const person = await signUp(server);
    const all = await makeKey(person, ['api:admin']);
    await all.client.expect(200, 'list_conversations');
    await all.client.expect(201, 'create_conversation');
    const writer = await makeKey(person, ['conversations:write']);
    await writer.client.expect(201, 'create_conversation');
    assertError(await writer.client.call('list_conversations'), 403, 'INSUFFICIENT_API_KEY_SCOPE');
});

test('use_knowledge needs rag:read too, and a fault of the body comes first', async () => {
    const person = await signUp(server);
    const { client } = await makeKey(person, ['conversations:write']);
    const ask = (body) => client.call('generate_chat_response', { body });
    const answer = await ask({ message: 'What is in my documents?', use_knowledge: true });
    assertError(answer, 403, 'INSUFFICIENT_API_KEY_SCOPE');
    assert.equal(answer.body.detail.required_scope, 'rag:read');
    assertError(await ask({ message: '', use_knowledge: true }), 400, 'validation_error');
});

test('a platform admin`s key opens admin operations with their scope, a user`s key does not', async () => {
    const [admin, person] = [await signUpAdmin(server), await signUp(server)];
    const keyOfAdmin = await makeKey(admin, ['api:read']);
    await keyOfAdmin.client.expect(200, 'get_detailed_health');
    const keyOfPerson = await makeKey(person, ['api:read']);
    assertError(await keyOfPerson.client.call('get_detailed_health'), 403, 'admin_required');
});

test('only the allowed addresses may use a key, told by the trusted proxy', async () => {
    const person = await signUp(server);
    const { client } = await makeKey(person, ['conversations:read'], {
        allowed_ips: ['192.0.2.0/28', '2001:db8:1::/48'],
    });
    for (const address of ['192.0.2.1', '192.0.2.15', '::ffff:192.0.2.3', '2001:db8:1:ffff::9'])
        await client.expect(200, 'list_conversations', { address });
    for (const address of ['192.0.2.16', '198.51.100.1', '2001:db8:2::1', '127.0.0.1'])
        assertError(await client.call('list_conversations', { address }), 403, 'ip_not_allowed');
    // The address is checked before the scope.
    const answer = await client.call('create_conversation', { address: '198.51.100.1' });
    assertError(answer, 403, 'ip_not_allowed');
});

test('keys that are no keys are refused: changed, cut, of a wrong checksum, unknown', async () => {
    const { key } = await makeKey(await signUp(server), ['conversations:read']);
    const last = key.at(-8) === 'A' ? 'B' : 'A';
    const unknown = crypto.randomBytes(64);
    const client = new Client(server);
    for (const apiKey of [
        key.slice(0, -8) + last + key.slice(-7),
        key.slice(0, -1),
        `${key}A`,
        key.replace('xntr-', 'xntr_'),
        key.toUpperCase(),
        `xntr-${unknown.toString('base64url')}`,
        `xntr-${'='.repeat(86)}`,
    ])
        assertError(await client.call('list_conversations', { apiKey }), 401, 'invalid_api_key');
});

test('beside a bearer token the key is not looked at', async () => {
    const [person, other] = [await signUp(server), await signUp(server)];
    const { key } = await makeKey(other, ['conversations:read']);
    const asked = await person.client.expect(200, 'get_current_user', { apiKey: key });
    assert.equal(asked.id, person.profile.id);
    const stale = await person.client.call('list_conversations', { apiKey: key, token: 'no.good.token' });
    assertError(stale, 401, 'invalid_token');
});

test('a key sent twice is refused', async () => {
    const { key } = await makeKey(await signUp(server), ['conversations:read']);
    const head = (lines) => `GET /api/core/conversations HTTP/1.1\r\nHost: x\r\n${lines}Connection: close\r\n\r\n`;
    const once = await sendRaw(server, head(`X-API-Key: ${key}\r\n`));
    assert.equal(once.status, 200);
    const twice = await sendRaw(server, head(`X-API-Key: ${key}\r\nX-API-Key: ${key}\r\n`));
    assert.equal(twice.status, 401);
});

test('a key outlives sessions and passwords', async () => {
    const person = await signUp(server);
    const { client } = await makeKey(person, ['conversations:read']);
    await person.client.expect(200, 'logout_user', { body: { all_sessions: true } });
    await client.expect(200, 'list_conversations');
    const { access_token } = await logIn(person.client, person.username);
    const body = { current_password: person.password, new_password: 'another long password' };
    await person.client.expect(200, 'update_current_user', { body, token: access_token });
    await client.expect(200, 'list_conversations');
});

test('an Idempotency-Key of a key and of its maker are two', async () => {
    const person = await signUp(server);
    const { client } = await makeKey(person, ['conversations:write']);
    const request = { body: { title: 'Twice' }, idempotencyKey: 'same' };
    const byUser = await person.client.expect(201, 'create_conversation', request);
    const byKey = await client.expect(201, 'create_conversation', request);
    assert.notEqual(byUser.id, byKey.id);
    assert.equal((await client.expect(201, 'create_conversation', request)).id, byKey.id);
});

test('no key is in the log', async () => {
    const { key, client } = await makeKey(await signUp(server), ['conversations:read']);
    await client.expect(200, 'list_conversations');
    await new Client(server).call('list_conversations', { apiKey: `${key.slice(0, -1)}!` });
    assert.ok(server.log.length > 0);
    assert.ok(!server.log.includes(key.slice(12, 40)));
});

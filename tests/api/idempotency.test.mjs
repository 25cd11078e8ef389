import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { freshName, logIn, signUp, usualPassword } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();
const freshKey = () => crypto.randomUUID();

function create(client, idempotencyKey, body = { title: 'once' }) {
    return client.call('create_conversation', { body, idempotencyKey });
}

async function count(client) {
    return (await client.expect(200, 'list_conversations')).length;
}

function account(username = freshName()) {
    return { email: `${username}@example.com`, username, password: usualPassword };
}

test('the same key with the same body replays the first answer', async () => {
    const { client } = await signUp(server);
    const key = freshKey();
    const first = await create(client, key);
    server.clock.advance({ minutes: 5 });
    const second = await create(client, key);
    assert.equal(second.status, 201);
    assert.deepEqual(second.body, first.body);
    assert.notEqual(second.headers.get('X-Request-ID'), first.headers.get('X-Request-ID'));
    assert.equal(await count(client), 1);
});

test('the same key with another body is refused', async () => {
    const { client } = await signUp(server);
    const key = freshKey();
    await create(client, key);
    assertError(await create(client, key, { title: 'twice' }), 409, 'idempotency_key_reused');
    assert.equal(await count(client), 1);
});

test('without a key each request makes its own', async () => {
    const { client } = await signUp(server);
    await create(client);
    await create(client);
    assert.equal(await count(client), 2);
});

test('an absent body and a key go together', async () => {
    const { client } = await signUp(server);
    const key = freshKey();
    const [first, second] = [await create(client, key, undefined), await create(client, key, undefined)];
    assert.equal(first.body.id, second.body.id);
});

test('the key of another caller is apart', async () => {
    const [first, second] = [await signUp(server), await signUp(server)];
    const key = freshKey();
    const one = await create(first.client, key);
    const other = await create(second.client, key, { title: 'of the second' });
    assert.equal(other.status, 201);
    assert.notEqual(other.body.id, one.body.id);
});

test('the caller is the user, whatever session and address', async () => {
    const { client, username } = await signUp(server);
    const key = freshKey();
    const first = await create(client, key);
    const elsewhere = new Client(server);
    const { access_token } = await logIn(elsewhere, username);
    assert.equal((await create(elsewhere.with({ token: access_token }), key)).body.id, first.body.id);
});

test('a key is good for 24 hours and free then', async () => {
    const { client, username } = await signUp(server);
    const key = freshKey();
    const first = await create(client, key);
    const again = async () => client.with({ token: (await logIn(client, username)).access_token });
    server.clock.advance({ hours: 23, minutes: 59 });
    assert.equal((await create(await again(), key)).body.id, first.body.id);
    server.clock.advance({ minutes: 2 });
    const later = await create(await again(), key, { title: 'another body' });
    assert.equal(later.status, 201);
    assert.notEqual(later.body.id, first.body.id);
});

test('only what succeeded is kept: after a refusal the key is free', async () => {
    const { client } = await signUp(server);
    const key = freshKey();
    assertError(await create(client, key, { provider: 'nobody' }), 404, 'not_found');
    assertError(await create(client, key, { title: '' }), 400, 'validation_error');
    assert.equal((await create(client, key)).status, 201);
});

test('of requests with one key at once one makes the thing, the others get its answer or wait their turn', async () => {
    const { client } = await signUp(server);
    const key = freshKey();
    const answers = await Promise.all(Array.from({ length: 10 }, () => create(client, key)));
    const made = answers.filter(({ status }) => status === 201);
    assert.ok(made.length >= 1);
    assert.equal(new Set(made.map(({ body }) => body.id)).size, 1);
    for (const answer of answers.filter(({ status }) => status !== 201))
        assertError(answer, 409, 'idempotency_key_in_use');
    assert.equal(await count(client), 1);
});

test('a replay comes after the credential is checked', async () => {
    const { client } = await signUp(server);
    const key = freshKey();
    await create(client, key);
    await client.expect(200, 'logout_user');
    assertError(await create(client, key), 401, 'invalid_token');
});

test('a replay outlives a restart of the server', async () => {
    const { client } = await signUp(server);
    const key = freshKey();
    const first = await create(client, key);
    await server.restart();
    assert.equal((await create(client, key)).body.id, first.body.id);
});

test('a key has up to 255 characters', async () => {
    const { client } = await signUp(server);
    assert.equal((await create(client, 'k'.repeat(255))).status, 201);
    assertFaults(await create(client, 'k'.repeat(256)), ['Idempotency-Key']);
});

test('without a login the caller is the client address', async () => {
    const [here, there] = [new Client(server), new Client(server)];
    const idempotencyKey = freshKey();
    const body = account();
    const first = await here.expect(201, 'register_user', { body, idempotencyKey });
    assert.deepEqual(await here.expect(201, 'register_user', { body, idempotencyKey }), first);
    assertError(await here.call('register_user', { body: account(), idempotencyKey }), 409, 'idempotency_key_reused');
    await there.expect(201, 'register_user', { body: account(), idempotencyKey });
});

test('a key of one path is free on another', async () => {
    const { client } = await signUp(server);
    const idempotencyKey = freshKey();
    await client.expect(201, 'create_conversation', { idempotencyKey });
    await client.expect(201, 'register_user', { body: account(), idempotencyKey });
});

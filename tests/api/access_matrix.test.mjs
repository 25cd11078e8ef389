import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test from 'node:test';
import { SignJWT, UnsecuredJWT, decodeJwt, decodeProtectedHeader } from 'jose';
import { assertError } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { implementedContract } from '../support/contract.mjs';
import { logIn, signUp } from '../support/people.mjs';
import { sampleRequest } from '../support/samples.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();
const guarded = implementedContract().operations.filter(({ isPublic }) => !isPublic);

// Every guarded operation refuses what `headers` has as credential.
async function assertAllRefuse(headers, code) {
    const client = new Client(server);
    for (const operation of guarded) {
        const answer = await client.call(operation.id, { ...sampleRequest(operation), headers });
        assert.deepEqual([operation.id, answer.status, answer.body.detail.error], [operation.id, 401, code]);
    }
}

function assertAllRefuseToken(token, code = 'invalid_token') {
    return assertAllRefuse({ Authorization: `Bearer ${token}` }, code);
}

test('without a credential no guarded operation answers, and the challenge names no error', async () => {
    assert.ok(guarded.length >= 9);
    await assertAllRefuse({}, 'not_authenticated');
    const { headers } = await new Client(server).call('get_current_user');
    assert.equal(headers.get('WWW-Authenticate'), 'Bearer');
});

test('a refused token is told in the challenge', async () => {
    const { headers } = await new Client(server, { token: 'x' }).call('get_current_user');
    assert.match(headers.get('WWW-Authenticate'), /^Bearer .*error="invalid_token"/);
});

for (const [what, token] of [
    ['one word', 'word'],
    ['three words', 'one.two.three'],
    ['dots', '...'],
    ['an enormous one', 'a'.repeat(10_000)],
    ['base64 of no JSON', 'AAAA.AAAA.AAAA'],
]) {
    test(`a malformed token is refused: ${what}`, () => assertAllRefuseToken(token));
}

test('a token without signature is refused', async () => {
    const { tokens } = await signUp(server);
    const claims = decodeJwt(tokens.access_token);
    const { kid, typ } = decodeProtectedHeader(tokens.access_token);
    await assertAllRefuseToken(new UnsecuredJWT(claims).encode());
    const head = Buffer.from(JSON.stringify({ alg: 'none', kid, typ })).toString('base64url');
    await assertAllRefuseToken(`${head}.${tokens.access_token.split('.')[1]}.`);
    await assertAllRefuseToken(tokens.access_token.replace(/\.[^.]*$/, '.'));
    await assertAllRefuseToken(tokens.access_token.replace(/\.[^.]*$/, ''));
});

test('a forged token is refused: another subject under the true signature', async () => {
    const [victim, thief] = [await signUp(server), await signUp(server)];
    const [head, , signature] = thief.tokens.access_token.split('.');
    const claims = { ...decodeJwt(thief.tokens.access_token), sub: victim.profile.id };
    await assertAllRefuseToken(`${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`);
});

test('a token signed with another key is refused, whatever key it names', async () => {
    const { tokens } = await signUp(server);
    const claims = decodeJwt(tokens.access_token);
    const { kid, typ } = decodeProtectedHeader(tokens.access_token);
    const secret = crypto.randomBytes(32);
    for (const header of [
        { alg: 'HS256', kid, typ },
        { alg: 'HS256', kid: '../../dev/null', typ },
        { alg: 'HS512', kid },
    ]) {
        const key = header.alg === 'HS512' ? crypto.randomBytes(64) : secret;
        await assertAllRefuseToken(await new SignJWT(claims).setProtectedHeader(header).sign(key));
    }
    const pair = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = pair.publicKey.export({ format: 'jwk' });
    await assertAllRefuseToken(
        await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid, typ, jwk }).sign(pair.privateKey),
    );
});

test('an expired token is told from a bad one', async () => {
    const { tokens } = await signUp(server);
    const changed = tokens.access_token.slice(0, -4) + (tokens.access_token.endsWith('AAAA') ? 'BBBB' : 'AAAA');
    server.clock.advance({ seconds: 901 });
    await assertAllRefuseToken(tokens.access_token, 'token_expired');
    await assertAllRefuseToken(changed, 'invalid_token');
});

test('a token is good until its time is over', async () => {
    const { client } = await signUp(server);
    server.clock.advance({ seconds: 890 });
    await client.expect(200, 'get_current_user');
});

test('a revoked token is invalid, also when its time is over', async () => {
    const { client, tokens } = await signUp(server);
    await client.expect(200, 'logout_user');
    await assertAllRefuseToken(tokens.access_token);
    server.clock.advance({ seconds: 901 });
    await assertAllRefuseToken(tokens.access_token);
});

test('a refresh token is no access token', async () => {
    const { tokens } = await signUp(server);
    await assertAllRefuseToken(tokens.refresh_token);
});

test('another scheme is no credential', async () => {
    const { username, password } = await signUp(server);
    const basic = Buffer.from(`${username}:${password}`).toString('base64');
    await assertAllRefuse({ Authorization: `Basic ${basic}` }, 'not_authenticated');
});

test('an unknown API key is refused, and beside a good token not looked at', async () => {
    const { client } = await signUp(server);
    const key = `xntr-${'A'.repeat(86)}`;
    await assertAllRefuse({ 'X-API-Key': key }, 'invalid_api_key');
    await assertAllRefuse({ 'X-API-Key': 'short' }, 'invalid_api_key');
    await client.expect(200, 'get_current_user', { headers: { 'X-API-Key': key } });
});

test('no cookie and no query authenticates', async () => {
    const { tokens } = await signUp(server);
    await assertAllRefuse(
        { Cookie: `access_token=${tokens.access_token}; session=${tokens.access_token}` },
        'not_authenticated',
    );
    const answer = await new Client(server).call('get_current_user', { query: { access_token: tokens.access_token } });
    assertError(answer, 401, 'not_authenticated');
});

test('public operations do not look at a credential', async () => {
    const { username, password, tokens } = await signUp(server);
    const client = new Client(server, { token: 'no.good.token' });
    await client.expect(200, 'get_health');
    await client.expect(200, 'login_user', { form: { username, password } });
    await client.expect(200, 'refresh_token', { body: { refresh_token: tokens.refresh_token } });
});

test("another user's conversation is not there for any operation, and stays as it was", async () => {
    const [owner, stranger] = [await signUp(server), await signUp(server)];
    const { id } = await owner.client.expect(201, 'create_conversation', { body: { title: 'Private' } });
    await owner.client.expect(200, 'generate_chat_response', { body: { message: 'Hello', conversation_id: id } });
    const before = [
        await owner.client.expect(200, 'list_conversations'),
        await owner.client.expect(200, 'list_messages', { params: { conversation_id: id } }),
    ];
    const named = guarded.filter(({ path }) => path.includes('{conversation_id}'));
    assert.ok(named.length >= 2);
    for (const operation of named) {
        const answer = await stranger.client.call(operation.id, {
            ...sampleRequest(operation),
            params: { conversation_id: id },
        });
        assertError(answer, 404, 'not_found');
    }
    for (const stream of [false, true]) {
        const body = { message: 'Let me in', conversation_id: id, stream };
        assertError(await stranger.client.call('generate_chat_response', { body }), 404, 'not_found');
    }
    const after = [
        await owner.client.expect(200, 'list_conversations'),
        await owner.client.expect(200, 'list_messages', { params: { conversation_id: id } }),
    ];
    assert.deepEqual(after, before);
});

test('an absent thing and a hidden one cannot be told apart', async () => {
    const [owner, stranger] = [await signUp(server), await signUp(server)];
    const { id } = await owner.client.expect(201, 'create_conversation');
    const ask = (conversation_id) => stranger.client.call('list_messages', { params: { conversation_id } });
    const [hidden, absent] = [await ask(id), await ask('019df244-fa20-74ae-87b2-b94176a5dbcf')];
    assert.deepEqual(hidden.body.detail, absent.body.detail);
});

test('a login of one user opens nothing of another', async () => {
    const [first, second] = [await signUp(server), await signUp(server)];
    const pair = await logIn(first.client, second.username);
    assert.equal(decodeJwt(pair.access_token).sub, second.profile.id);
});

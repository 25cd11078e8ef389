import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test from 'node:test';
import { SignJWT, UnsecuredJWT, createRemoteJWKSet, exportSPKI, importJWK, jwtVerify } from 'jose';
import { assertError } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { bearing, decode, grant, issuer, issuerSettings, partner, tampered, verify } from '../support/grants.mjs';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

// jose is the outside verifier, and the forger.
const server = useServer({ settings: issuerSettings });
const expected = { issuer, audience: partner, typ: 'xentree-integration+jwt', algorithms: ['RS256'] };
const jwksUrl = (tenantId) => new URL(`/api/integration/jwks?tenantId=${tenantId}`, server.url);
const another = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });

// One person and a good token for all tests, made by the first.
let shared;
async function prepare() {
    const person = await signUp(server);
    const made = await grant(person.client, { ttlSeconds: 900 });
    return { person, made, ...decode(made.token) };
}
const theCase = () => (shared ??= prepare());

async function assertRefused(token, reason) {
    const { person } = await theCase();
    assertError(await bearing(new Client(server), token).call('get_current_user'), 401, 'invalid_token');
    assert.equal((await verify(person.client, token)).reason, reason);
    const body = { integrationToken: token };
    assertError(await person.client.call('revoke_integration_token', { body }), 400, 'validation_error');
}

async function sign(more = {}, head = {}) {
    const { claims, header } = await theCase();
    return new SignJWT({ ...claims, ...more }).setProtectedHeader({ ...header, ...head }).sign(another.privateKey);
}

test('an outsider verifies a token by the key set of its organization', async () => {
    const { made, header, claims } = await theCase();
    const { payload, protectedHeader } = await jwtVerify(made.token, createRemoteJWKSet(jwksUrl(made.tenantId)), {
        ...expected,
        currentDate: server.clock.now(),
    });
    assert.deepEqual([payload, protectedHeader], [claims, header]);
});

test('an outsider refuses a token that was changed, or that is bound elsewhere', async () => {
    const { made } = await theCase();
    const keys = createRemoteJWKSet(jwksUrl(made.tenantId));
    const options = { ...expected, currentDate: server.clock.now() };
    await assert.rejects(jwtVerify(tampered(made.token), keys, options), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
    await assert.rejects(jwtVerify(made.token, keys, { ...options, audience: 'https://elsewhere.example' }), {
        code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    });
    const stranger = (await signUp(server)).profile.default_organization_id;
    await assert.rejects(jwtVerify(made.token, createRemoteJWKSet(jwksUrl(stranger)), options), {
        code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
});

test('a token that was changed is refused', async () => {
    const { made } = await theCase();
    await assertRefused(tampered(made.token), 'bad_signature');
});

test('a token that somebody else signed is refused', async () => {
    await assertRefused(await sign(), 'bad_signature');
    await assertRefused(await sign({}, { kid: 'unknown' }), 'unknown_key');
    await assertRefused(await sign({}, { kid: '../../etc/passwd' }), 'malformed');
});

test('a key that the token brings along is not looked at', async () => {
    const jwk = another.publicKey.export({ format: 'jwk' });
    await assertRefused(await sign({}, { jwk }), 'malformed');
    await assertRefused(await sign({}, { jku: 'https://elsewhere.example/jwks' }), 'malformed');
    await assertRefused(await sign({}, { x5u: 'https://elsewhere.example/key' }), 'malformed');
    await assertRefused(await sign({}, { crit: ['b64'], b64: true }), 'malformed');
});

test('the public key is no secret of an HMAC', async () => {
    const { made, claims, header } = await theCase();
    const answer = await new Client(server).expect(200, 'get_integration_jwks', { query: { tenantId: made.tenantId } });
    const [jwk] = answer.keys;
    const pem = await exportSPKI(await importJWK(jwk, 'RS256', { extractable: true }));
    for (const secret of [pem, pem.trim(), jwk.n]) {
        const forged = new SignJWT(claims).setProtectedHeader({ ...header, alg: 'HS256' });
        await assertRefused(await forged.sign(Buffer.from(secret)), 'malformed');
    }
});

test('a token without a signature is refused', async () => {
    const { made, claims, header } = await theCase();
    const [head, payload] = made.token.split('.');
    const none = Buffer.from(JSON.stringify({ ...header, alg: 'none' })).toString('base64url');
    for (const token of [new UnsecuredJWT(claims).encode(), `${none}.${payload}.`, `${head}.${payload}.`, `${head}.${payload}`])
        await assertRefused(token, 'malformed');
});

test('another algorithm is refused, also of the same family', async () => {
    for (const alg of ['RS384', 'RS512', 'PS256']) await assertRefused(await sign({}, { alg }), 'malformed');
});

test('another type is refused', async () => {
    for (const typ of ['JWT', 'at+jwt', undefined, 'XENTREE-INTEGRATION+JWT'])
        await assertRefused(await sign({}, { typ }), 'malformed');
});

test('each claim has to be there, and of its form', async () => {
    const { claims } = await theCase();
    for (const name of Object.keys(claims)) await assertRefused(await sign({ [name]: undefined }), 'malformed');
    for (const more of [
        { iss: 'https://elsewhere.example' },
        { aud: 'https://elsewhere.example' },
        { aud: [partner] },
        { scopes: ['everything'] },
        { scopes: 'profile:read' },
        { exp: claims.iat },
        { nbf: claims.iat + 1 },
        { admin: true },
    ])
        await assertRefused(await sign(more), 'malformed');
});

test("another organization's key signs for its own only", async () => {
    const { made } = await theCase();
    const other = await signUp(server);
    const theirs = await grant(other.client);
    // Their key and signature under our organization, and our kid under theirs.
    await assertRefused(await sign({}, { kid: theirs.kid }), 'unknown_key');
    const [head] = theirs.token.split('.');
    const [, payload] = made.token.split('.');
    const [, , signature] = theirs.token.split('.');
    await assertRefused(`${head}.${payload}.${signature}`, 'unknown_key');
    await assertRefused(await sign({ tenant_id: theirs.tenantId }), 'wrong_tenant');
});

test('a token with a megabyte of claims is refused without being read', async () => {
    const { person } = await theCase();
    const huge = await sign({ sub: 'x'.repeat(1 << 20) });
    const answer = await person.client.call('verify_integration_token', { body: { token: huge } });
    assertError(answer, 413, 'payload_too_large');
    const large = await sign({ sub: 'x'.repeat(8_000) });
    assertError(await person.client.call('verify_integration_token', { body: { token: large } }), 400, 'validation_error');
    assertError(await bearing(new Client(server), large).call('get_current_user'), 401, 'invalid_token');
    await assertRefused(await sign({ sub: 'x'.repeat(201) }), 'malformed');
});

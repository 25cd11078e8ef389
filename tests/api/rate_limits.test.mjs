import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError } from '../support/assertions.mjs';
import { Client, freshAddress } from '../support/client.mjs';
import { implementedContract } from '../support/contract.mjs';
import { parseRateLimits } from '../support/headerCheck.mjs';
import { logIn, signUp } from '../support/people.mjs';
import { sampleRequest } from '../support/samples.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({
    settings: {
        'limits.address': 12,
        'limits.caller': 10,
        'limits.chat': 4,
        'limits.register-address': 3,
        'limits.refresh-address': 3,
        'limits.login-address': 5,
    },
});
const limited = implementedContract().operations.filter(({ rateLimited }) => rateLimited);

function left(answer) {
    return parseRateLimits(answer.headers.get('RateLimit'), ['r', 't']);
}

async function assertStopped(call) {
    const answer = await call();
    assertError(answer, 429, 'rate_limited');
    const wait = Number(answer.headers.get('Retry-After'));
    assert.ok(wait >= 1 && wait <= 60, `Retry-After ${wait}`);
    return wait;
}

for (const operation of limited) {
    test(`an address that asks too often is stopped by ${operation.id} before anything else is looked at`, async () => {
        const client = new Client(server, { token: 'not.looked.at' });
        for (let count = 0; count < 12; count += 1) await client.call('get_current_user');
        await assertStopped(() => client.call(operation.id, sampleRequest(operation)));
    });
}

test('a limit is told before it is reached, and ends when it says', async () => {
    const client = new Client(server);
    const first = await client.call('get_current_user');
    const policy = parseRateLimits(first.headers.get('RateLimit-Policy'), ['q', 'w']);
    const [name] = Object.keys(policy).filter((one) => policy[one].q === 12);
    assert.equal(policy[name].w, 60);
    assert.equal(left(first)[name].r, 11);
    for (let count = 1; count < 12; count += 1) await client.call('get_current_user');
    const wait = await assertStopped(() => client.call('get_current_user'));
    server.clock.advance({ seconds: wait - 2 });
    await assertStopped(() => client.call('get_current_user'));
    server.clock.advance({ seconds: 3 });
    assertError(await client.call('get_current_user'), 401, 'not_authenticated');
});

test('a caller is limited from all addresses together, and others are not', async () => {
    const [busy, calm] = [await signUp(server), await signUp(server)];
    const call = () => busy.client.call('list_conversations', { address: freshAddress() });
    for (let count = 0; count < 10; count += 1) assert.equal((await call()).status, 200);
    await assertStopped(call);
    await calm.client.expect(200, 'list_conversations');
});

test('chat has a limit of its own for each caller', async () => {
    const { client } = await signUp(server);
    const chat = () => client.call('generate_chat_response', { body: { message: 'Hello' } });
    for (let count = 0; count < 4; count += 1) assert.equal((await chat()).status, 200);
    await assertStopped(chat);
    await client.expect(200, 'list_conversations');
});

test('registrations from one address are limited', async () => {
    const client = new Client(server);
    const sample = () => sampleRequest(implementedContract().operation('register_user'));
    const register = () => client.call('register_user', sample());
    for (let count = 0; count < 3; count += 1) assert.equal((await register()).status, 201);
    await assertStopped(register);
    await new Client(server).expect(201, 'register_user', sample());
});

test('refreshes from one address are limited, and no token is spent by one that is stopped', async () => {
    const { client, username } = await signUp(server);
    const pair = await logIn(client, username);
    const refresh = (one) => one.call('refresh_token', { body: { refresh_token: pair.refresh_token } });
    const elsewhere = new Client(server);
    for (let count = 0; count < 3; count += 1)
        await elsewhere.call('refresh_token', { body: { refresh_token: 'unknown' } });
    await assertStopped(() => refresh(elsewhere));
    assert.equal((await refresh(client)).status, 200);
});

test('logins from one address are limited', async () => {
    const client = new Client(server);
    const login = () => client.call('login_user', { form: { username: 'nobody', password: 'wrong password' } });
    for (let count = 0; count < 5; count += 1) assert.equal((await login()).status, 401);
    await assertStopped(login);
});

test('a forwarded address is believed from a trusted proxy only for its last hop', async () => {
    const spoofed = (index) => ({ 'X-Forwarded-For': `10.9.${index}.1, 10.200.0.1` });
    const client = new Client(server);
    for (let count = 0; count < 12; count += 1) await requestFrom(client, spoofed(count));
    assert.equal((await requestFrom(client, spoofed(99))).status, 429);
});

// Past the client, which would set an address of its own.
function requestFrom({ server: { url } }, headers) {
    return fetch(new URL('/api/auth/me', url), { headers });
}

test('an IPv4 address mapped into IPv6 is the same address', async () => {
    const address = freshAddress();
    const [plain, mapped] = [address, `::ffff:${address}`].map((one) => new Client(server, { address: one }));
    for (let count = 0; count < 6; count += 1) {
        await plain.call('get_current_user');
        await mapped.call('get_current_user');
    }
    await assertStopped(() => plain.call('get_current_user'));
    await assertStopped(() => mapped.call('get_current_user'));
});

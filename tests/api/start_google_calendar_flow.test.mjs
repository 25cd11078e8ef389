import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import {
    connectionsOf,
    consent,
    finishFlow,
    otherReturnAddress,
    publicUrl,
    returnAddress,
    startFlow,
    useConnector,
} from '../support/connecting.mjs';
import { calendarScope, mockClientSecret } from '../support/oauthMock.mjs';
import { makeKey, signUp } from '../support/people.mjs';
import { Server } from '../support/server.mjs';
import { useServer } from '../support/setup.mjs';

const { mock, server } = await useConnector();
const bare = useServer();

test("the address is that of the provider's consent page, with PKCE, the state and an offline access", async () => {
    const { client } = await signUp(server);
    const { authorizationUrl, state } = await startFlow(client);
    const url = new URL(authorizationUrl);
    assert.equal(url.origin + url.pathname, `${mock.url}/authorize`);
    const { code_challenge: challenge, ...rest } = Object.fromEntries(url.searchParams);
    assert.match(challenge, /^[A-Za-z0-9_-]{43}$/);
    assert.deepEqual(rest, {
        response_type: 'code',
        client_id: 'client-of-the-tests',
        redirect_uri: `${publicUrl}/api/integrations/google-calendar/callback`,
        scope: `${calendarScope} openid email`,
        state,
        code_challenge_method: 'S256',
        access_type: 'offline',
        prompt: 'consent',
    });
    assert.ok(!authorizationUrl.includes(mockClientSecret));
});

test('each flow has a state, a challenge and a cookie of its own, and ten minutes', async () => {
    const { client } = await signUp(server);
    const [one, other] = [await startFlow(client), await startFlow(client)];
    assert.notEqual(one.state, other.state);
    assert.notEqual(one.cookie, other.cookie);
    const challenge = ({ authorizationUrl }) => new URL(authorizationUrl).searchParams.get('code_challenge');
    assert.notEqual(challenge(one), challenge(other));
    const left = Date.parse(one.expiresAt) - server.clock.now().getTime();
    assert.ok(left > 590_000 && left <= 600_000, `${left}`);
});

test('the cookie is for the connectors alone and no script reads it; on localhost it needs no TLS', async () => {
    const { client } = await signUp(server);
    const { setCookie } = await startFlow(client);
    assert.match(
        setCookie,
        /^xntr_oauth=[A-Za-z0-9_-]{43}; Path=\/api\/integrations; Max-Age=600; HttpOnly; SameSite=Lax$/,
    );
});

test('on every other server the cookie is sent over TLS only', async () => {
    for (const publicAddress of ['https://api.example.com', 'http://api.example.com']) {
        const settings = {
            'public-url': publicAddress,
            'connectors.google-calendar.client-id': 'a',
            'connectors.google-calendar.client-secret': 'b',
        };
        const remote = await new Server({ settings }).start();
        try {
            const { client } = await signUp(remote);
            const { setCookie, authorizationUrl } = await startFlow(client);
            assert.match(setCookie, /; SameSite=Lax; Secure$/);
            const url = new URL(authorizationUrl);
            assert.equal(url.origin + url.pathname, 'https://accounts.google.com/o/oauth2/v2/auth');
            assert.equal(
                url.searchParams.get('redirect_uri'),
                `${publicAddress}/api/integrations/google-calendar/callback`,
            );
        } finally {
            await remote.stop();
        }
    }
});

test('a return address counts as a whole, and no other is taken', async () => {
    const { client } = await signUp(server);
    await startFlow(client, { redirect_uri: returnAddress });
    for (const redirect_uri of [
        'https://evil.example.com/settings/integrations',
        `${returnAddress}/`,
        `${returnAddress}?next=https://evil.example.com`,
        `${returnAddress}#x`,
        returnAddress.toUpperCase(),
        'https://app.example.com',
        otherReturnAddress.split('?')[0],
        `${returnAddress}, ${otherReturnAddress}`,
    ]) {
        assertFaults(await client.call('start_google_calendar_flow', { query: { redirect_uri } }), ['redirect_uri']);
    }
    assert.deepEqual(await connectionsOf(client), []);
});

test('without settings it is not offered, and the return address is looked at before', async () => {
    const { client } = await signUp(bare);
    const answer = await client.call('start_google_calendar_flow');
    assertError(answer, 503, 'connector_not_configured');
    assert.equal(answer.body.detail.message, 'Google Calendar is not configured on this server.');
    const query = { redirect_uri: returnAddress };
    assertFaults(await client.call('start_google_calendar_flow', { query }), ['redirect_uri']);
});

test('a session alone starts a flow', async () => {
    const person = await signUp(server);
    const key = await makeKey(person, ['integrations:read', 'integrations:write']);
    assertError(await key.client.call('start_google_calendar_flow'), 403, 'bearer_required');
    assertError(
        await person.client.call('start_google_calendar_flow', { token: undefined }),
        401,
        'not_authenticated',
    );
});

test('a user has ten flows open at most: the oldest is over', async () => {
    const { client } = await signUp(server);
    const flows = [];
    for (let i = 0; i < 11; ++i) flows.push(await startFlow(client));
    const end = async (flow) => finishFlow(client, await consent(flow), flow.cookie);
    assertFaults(await end(flows[0]), ['state']);
    assert.equal((await end(flows[1])).status, 302);
    assert.equal((await end(flows[10])).status, 302);
});

test('the verifier of the challenge is sent with the code and nowhere before', async () => {
    const { client } = await signUp(server);
    const flow = await startFlow(client);
    assert.equal((await finishFlow(client, await consent(flow), flow.cookie)).status, 302);
    const { code_verifier: verifier } = mock.tokenRequests.at(-1);
    const challenge = crypto.createHash('sha256').update(verifier).digest('base64url');
    assert.equal(new URL(flow.authorizationUrl).searchParams.get('code_challenge'), challenge);
});

test('too many requests are told when to come again', async () => {
    const limited = await new Server({ settings: { 'limits.caller': 2 } }).start();
    try {
        const { client } = await signUp(limited);
        for (let i = 0; i < 2; ++i) await client.call('start_google_calendar_flow');
        assertError(await client.call('start_google_calendar_flow'), 429, 'rate_limited');
    } finally {
        await limited.stop();
    }
});

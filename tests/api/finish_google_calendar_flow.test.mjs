import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import {
    connect,
    connectionsOf,
    consent,
    finishFlow,
    otherReturnAddress,
    returnAddress,
    startFlow,
    useConnector,
} from '../support/connecting.mjs';
import { eventually } from '../support/eventually.mjs';
import { calendarScope } from '../support/oauthMock.mjs';
import { logIn, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const { mock, server } = await useConnector();
const bare = useServer();

// Somebody with an open flow that the provider has sent back.
async function readyFlow(query) {
    const person = await signUp(server);
    const flow = await startFlow(person.client, query);
    return { ...person, flow, returned: await consent(flow) };
}

function outcome(answer) {
    assert.equal(answer.status, 302, answer.text);
    const url = new URL(answer.headers.get('Location'));
    assert.equal(url.searchParams.get('integration'), 'google_calendar');
    return url.searchParams.get('status');
}

test('a good state with a code stores the connection, and the browser goes on', async () => {
    const { client, flow, returned } = await readyFlow();
    const answer = await finishFlow(client, returned, flow.cookie);
    assert.equal(answer.headers.get('Location'), `${returnAddress}?integration=google_calendar&status=connected`);
    assert.equal(answer.headers.get('Cache-Control'), 'no-store');
    const [connection] = await connectionsOf(client);
    const { id, connected_at, ...rest } = connection;
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.ok(Math.abs(Date.parse(connected_at) - server.clock.now()) < 10_000);
    assert.deepEqual(rest, {
        provider: 'google_calendar',
        status: 'connected',
        account_email: 'mira@example.com',
        scopes: [calendarScope, 'openid', 'email'],
        last_synced_at: null,
        last_error: null,
    });
});

test('the return address of the start counts, and its own query stays', async () => {
    const { client, flow, returned } = await readyFlow({ redirect_uri: otherReturnAddress });
    const answer = await finishFlow(client, returned, flow.cookie);
    assert.equal(
        answer.headers.get('Location'),
        `${otherReturnAddress}&integration=google_calendar&status=connected`,
    );
});

test('a callback that comes again is refused, and nothing changes', async () => {
    const { client, flow, returned } = await readyFlow();
    await finishFlow(client, returned, flow.cookie);
    const before = await connectionsOf(client);
    assertFaults(await finishFlow(client, returned, flow.cookie), ['state']);
    assert.deepEqual(await connectionsOf(client), before);
});

test('of callbacks at once one is taken', async () => {
    const { client, flow, returned } = await readyFlow();
    const asked = mock.tokenRequests.length;
    const answers = await Promise.all(Array.from({ length: 6 }, () => finishFlow(client, returned, flow.cookie)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [302, 400, 400, 400, 400, 400]);
    assert.equal(mock.tokenRequests.length, asked + 1);
    assert.equal((await connectionsOf(client)).length, 1);
});

for (const [what, cookieOf] of [
    ['without its cookie', () => undefined],
    ["with another flow's cookie", async () => (await readyFlow()).flow.cookie],
    ['with a cookie of the right form', () => `xntr_oauth=${'A'.repeat(43)}`],
]) {
    test(`a callback ${what} is refused, and the state is spent`, async () => {
        const { client, flow, returned } = await readyFlow();
        const asked = mock.tokenRequests.length;
        assertFaults(await finishFlow(client, returned, await cookieOf()), ['state']);
        assertFaults(await finishFlow(client, returned, flow.cookie), ['state']);
        assert.equal(mock.tokenRequests.length, asked);
        assert.deepEqual(await connectionsOf(client), []);
    });
}

test("a stranger's browser cannot link its calendar to another's account, nor the other way round", async () => {
    const [victim, thief] = [await readyFlow(), await readyFlow()];
    // The thief's link, opened by the victim in a browser that has a flow of its own; then the reverse.
    assertFaults(await finishFlow(victim.client, thief.returned, victim.flow.cookie), ['state']);
    assertFaults(
        await finishFlow(thief.client, { ...victim.returned, state: thief.returned.state }, thief.flow.cookie),
        ['state'],
    );
    assert.deepEqual(await connectionsOf(victim.client), []);
    assert.deepEqual(await connectionsOf(thief.client), []);
});

test('an unknown state is refused', async () => {
    const { client, flow, returned } = await readyFlow();
    for (const state of ['x', 'A'.repeat(43), 'A'.repeat(512), flow.state.slice(1), `${flow.state}A`])
        assertFaults(await finishFlow(client, { ...returned, state }, flow.cookie), ['state']);
    assert.equal(outcome(await finishFlow(client, returned, flow.cookie)), 'connected');
});

test('after ten minutes a state is too old', async () => {
    const { client, flow, returned } = await readyFlow();
    server.clock.advance({ minutes: 10 });
    assertFaults(await finishFlow(client, returned, flow.cookie), ['state']);
});

test('neither code nor error is refused, and so are both, before the state is spent', async () => {
    const { client, flow, returned } = await readyFlow();
    assertFaults(await finishFlow(client, { state: flow.state }, flow.cookie), ['code']);
    assertFaults(await finishFlow(client, { ...returned, error: 'access_denied' }, flow.cookie), ['code']);
    assert.equal(outcome(await finishFlow(client, returned, flow.cookie)), 'connected');
});

for (const [error, status] of [
    ['access_denied', 'denied'],
    ['server_error', 'failed'],
    ['admin_policy_enforced', 'failed'],
]) {
    test(`the provider's ${error} ends the flow as ${status} and stores nothing`, async () => {
        mock.errorAtConsent = error;
        const { client, flow, returned } = await readyFlow();
        assert.equal(returned.error, error);
        assert.equal(outcome(await finishFlow(client, returned, flow.cookie)), status);
        assertFaults(await finishFlow(client, returned, flow.cookie), ['state']);
        assert.deepEqual(await connectionsOf(client), []);
    });
}

for (const [what, refusal] of [
    ['a refused code', { statusCode: 400, body: { error: 'invalid_grant' } }],
    ['a refused client', { statusCode: 401, body: { error: 'invalid_client' } }],
    ['a failing token endpoint', { statusCode: 503, body: {} }],
    ['an answer without a token', { statusCode: 200, body: { token_type: 'Bearer' } }],
    ['a token that would break a header', { statusCode: 200, body: { token_type: 'Bearer', access_token: 'a\r\nb: c' } }],
    ['a token of another type', { statusCode: 200, body: { token_type: 'mac', access_token: 'a' } }],
]) {
    test(`${what} ends the flow as failed and stores nothing`, async () => {
        const { client, flow, returned } = await readyFlow();
        mock.refusal = refusal;
        assert.equal(outcome(await finishFlow(client, returned, flow.cookie)), 'failed');
        assert.deepEqual(await connectionsOf(client), []);
    });
}

test('a code of another flow does not fit the verifier', async () => {
    const [one, other] = [await readyFlow(), await readyFlow()];
    const answer = await finishFlow(one.client, { ...one.returned, code: other.returned.code }, one.flow.cookie);
    assert.equal(outcome(answer), 'failed');
    assert.deepEqual(await connectionsOf(one.client), []);
});

test('a consent without the calendar is stored as one that lacks a right', async () => {
    mock.scope = 'openid email';
    const { client, flow, returned } = await readyFlow();
    assert.equal(outcome(await finishFlow(client, returned, flow.cookie)), 'denied');
    const [{ status, scopes, last_error }] = await connectionsOf(client);
    assert.deepEqual([status, scopes], ['needs_reauth', ['openid', 'email']]);
    assert.equal(last_error, 'The consent lacks the right that Google Calendar is connected for.');
    assertError(await client.call('list_google_calendar_events'), 409, 'needs_reauth');
});

test('a new consent renews the connection under its id', async () => {
    mock.scope = 'openid email';
    const { client } = await signUp(server);
    assert.equal(await connect(client), 'denied');
    const [before] = await connectionsOf(client);
    mock.reset();
    mock.email = 'other@example.com';
    server.clock.advance({ seconds: 5 });
    assert.equal(await connect(client), 'connected');
    const [after, ...more] = await connectionsOf(client);
    assert.deepEqual(more, []);
    assert.equal(after.id, before.id);
    assert.deepEqual([after.status, after.last_error, after.account_email], ['connected', null, 'other@example.com']);
    assert.ok(after.connected_at > before.connected_at);
    await client.expect(200, 'list_google_calendar_events');
});

test('a provider that tells no scopes has granted those asked for, and one that tells no address none', async () => {
    mock.scope = undefined;
    mock.email = 'no address';
    const { client } = await signUp(server);
    assert.equal(await connect(client), 'connected');
    const [{ scopes, account_email }] = await connectionsOf(client);
    assert.deepEqual([scopes, account_email], [[calendarScope, 'openid', 'email'], null]);
});

test('nothing is stored for an account that was deactivated meanwhile', async () => {
    const { username, client, flow, returned } = await readyFlow();
    await server.admin('deactivate-user', username);
    assert.equal(outcome(await finishFlow(client, returned, flow.cookie)), 'failed');
    await server.admin('activate-user', username);
    const token = (await logIn(client, username)).access_token;
    assert.deepEqual(await connectionsOf(client.with({ token })), []);
});

test('the flows of a deleted account are gone with it', async () => {
    const { client, password, flow, returned } = await readyFlow();
    await client.expect(204, 'delete_current_user', { body: { current_password: password } });
    assertFaults(await finishFlow(client, returned, flow.cookie), ['state']);
});

test('without settings there is no flow to finish', async () => {
    const { client } = await signUp(bare);
    const answer = await finishFlow(client, { state: 'A'.repeat(43), code: 'c' }, undefined);
    assertError(answer, 503, 'connector_not_configured');
});

test('too many callbacks of an address are told when to come again', async () => {
    const { client } = await signUp(bare);
    const query = { state: 'A'.repeat(43), code: 'c' };
    let answer;
    for (let i = 0; i < 601; ++i) answer = await finishFlow(client, query, undefined);
    assertError(answer, 429, 'rate_limited');
});

test('code, state, cookie and tokens are in no log', async () => {
    const { client, flow, returned } = await readyFlow();
    await finishFlow(client, returned, flow.cookie);
    mock.refusal = { statusCode: 500, body: { error: `oops ${returned.code}` } };
    const failing = await readyFlow();
    const answer = await finishFlow(failing.client, failing.returned, failing.flow.cookie);
    await eventually('the request is logged', () => server.log.includes(answer.headers.get('X-Request-ID')));
    const secrets = [
        ...[flow, failing.flow].flatMap(({ state, cookie }) => [state, cookie.split('=')[1]]),
        ...[returned, failing.returned].map(({ code }) => code),
        ...mock.tokenRequests.map(({ code_verifier: verifier }) => verifier),
        ...mock.secrets,
    ];
    for (const secret of secrets.filter(Boolean)) assert.ok(!server.log.includes(secret), secret);
});

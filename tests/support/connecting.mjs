import assert from 'node:assert/strict';
import { after, afterEach } from 'node:test';
import { CalendarStandIn } from './calendarStandIn.mjs';
import { OAuthMock, mockClientSecret } from './oauthMock.mjs';
import { useNodes, useServer } from './setup.mjs';

export const returnAddress = 'https://app.example.com/settings/integrations';
export const otherReturnAddress = 'https://app.example.com/welcome?step=2';
export const publicUrl = 'http://localhost:8080';

export function connectorSettings(mock, calendar) {
    return {
        'public-url': publicUrl,
        'connectors.redirect-uris': `${returnAddress}, ${otherReturnAddress}`,
        'connectors.timeout-seconds': 2,
        'connectors.google-calendar.client-id': 'client-of-the-tests',
        'connectors.google-calendar.client-secret': mockClientSecret,
        'connectors.google-calendar.authorization-url': `${mock.url}/authorize`,
        'connectors.google-calendar.token-url': `${mock.url}/token`,
        'connectors.google-calendar.revocation-url': `${mock.url}/revoke`,
        'connectors.google-calendar.api-url': calendar.url,
    };
}

// The peers of a test file, and servers that have them for Google: { mock, calendar, server, elsewhere }, where
// elsewhere is the server itself but for `nodes`: then it is a second node, where the database serves two.
export async function useConnector({ settings = {}, nodes = false } = {}) {
    const mock = await OAuthMock.start();
    const calendar = await CalendarStandIn.start();
    const options = { settings: { ...connectorSettings(mock, calendar), 'log-level': 'debug', ...settings } };
    const [server, elsewhere] = nodes ? useNodes(options) : Array(2).fill(useServer(options));
    const isIssued = (token) => mock.issued.includes(token);
    calendar.isGood = isIssued;
    afterEach(() => {
        mock.reset();
        Object.assign(calendar, { override: () => undefined, isGood: isIssued, events: new Map() });
    });
    after(async () => {
        await mock.stop();
        await calendar.stop();
    });
    return { mock, calendar, server, elsewhere };
}

// Begins a flow: { state, cookie, authorizationUrl, expiresAt }.
export async function startFlow(client, query) {
    const answer = await client.call('start_google_calendar_flow', { query });
    assert.equal(answer.status, 200, answer.text);
    const cookie = answer.headers.get('Set-Cookie').split(';')[0];
    return {
        state: answer.body.state,
        cookie,
        setCookie: answer.headers.get('Set-Cookie'),
        authorizationUrl: answer.body.authorization_url,
        expiresAt: answer.body.expires_at,
    };
}

// What the provider sends the browser back with, as the query of the callback.
export async function consent({ authorizationUrl }) {
    const page = await fetch(authorizationUrl, { redirect: 'manual' });
    assert.equal(page.status, 302, await page.text());
    return Object.fromEntries(new URL(page.headers.get('Location')).searchParams);
}

export function finishFlow(client, query, cookie) {
    return client.call('finish_google_calendar_flow', {
        query,
        token: undefined,
        headers: cookie ? { Cookie: cookie } : {},
    });
}

// The whole flow; the status that the browser comes back with.
export async function connect(client, query) {
    const flow = await startFlow(client, query);
    const answer = await finishFlow(client, await consent(flow), flow.cookie);
    assert.equal(answer.status, 302, answer.text);
    return new URL(answer.headers.get('Location')).searchParams.get('status');
}

export async function connectionsOf(client) {
    return client.expect(200, 'list_integrations');
}

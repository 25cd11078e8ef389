import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { googleError } from '../support/calendarStandIn.mjs';
import { connect, connectionsOf, useConnector } from '../support/connecting.mjs';
import { makeKey, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const { mock, calendar, server } = await useConnector({ settings: { 'limits.caller': 30 } });
const bare = useServer();
const link = 'https://calendar.google.com/calendar/event?eid=a';

async function connected(more) {
    const person = await signUp(server, more);
    await connect(person.client);
    return person;
}

function event(id, start, end, more = {}) {
    return { id, status: 'confirmed', summary: id, start: { dateTime: start }, end: { dateTime: end }, ...more };
}

const week = { from: '2026-05-04T00:00:00Z', to: '2026-05-11T00:00:00Z' };

function list(client, query = week) {
    return client.call('list_google_calendar_events', { query });
}

test('the events of the time asked for come earliest first, in UTC', async () => {
    const { client } = await connected();
    calendar.lay(
        event('late', '2026-05-06T10:00:00+02:00', '2026-05-06T11:00:00+02:00', { htmlLink: link }),
        event('early', '2026-05-05T16:00:00Z', '2026-05-05T16:45:00Z', { description: 'Unit 4' }),
        event('before', '2026-05-03T10:00:00Z', '2026-05-04T00:00:00Z'),
        event('after', '2026-05-11T00:00:00Z', '2026-05-11T01:00:00Z'),
        event('into', '2026-05-03T23:00:00Z', '2026-05-04T00:30:00Z'),
    );
    const answer = await list(client);
    assert.deepEqual(
        answer.body.map(({ id }) => id),
        ['into', 'early', 'late'],
    );
    assert.deepEqual(answer.body[1], {
        id: 'early',
        title: 'early',
        description: 'Unit 4',
        starts_at: '2026-05-05T16:00:00.000Z',
        ends_at: '2026-05-05T16:45:00.000Z',
        html_link: null,
    });
    assert.equal(answer.body[2].starts_at, '2026-05-06T08:00:00.000Z');
    assert.equal(answer.body[2].html_link, link);
    const { query, token } = calendar.requests.at(-1);
    assert.deepEqual([query.singleEvents, query.orderBy, query.maxResults], ['true', 'startTime', '50']);
    assert.equal(token, mock.issued.at(-1));
});

test("an all-day event begins at midnight in the user's time zone", async () => {
    const { client } = await connected({ timezone: 'America/New_York' });
    calendar.lay({ id: 'day', start: { date: '2026-05-05' }, end: { date: '2026-05-06' } });
    const [day] = (await list(client)).body;
    assert.deepEqual(
        [day.title, day.starts_at, day.ends_at],
        ['', '2026-05-05T04:00:00.000Z', '2026-05-06T04:00:00.000Z'],
    );
});

test('cancelled events and those that are none are left out', async () => {
    const { client } = await connected();
    calendar.lay(
        { id: 'cancelled', status: 'cancelled' },
        event('gone', '2026-05-05T16:00:00Z', '2026-05-05T17:00:00Z', { status: 'cancelled' }),
        { id: 'strange', start: { dateTime: 'soon' }, end: {} },
        event('good', '2026-05-05T16:00:00Z', '2026-05-05T17:00:00Z'),
    );
    assert.deepEqual(
        (await list(client)).body.map(({ id }) => id),
        ['good'],
    );
});

test('texts are cut by characters, and a link that is none is left out', async () => {
    const { client } = await connected();
    const long = { summary: '😀'.repeat(1001), description: '😀'.repeat(8193), htmlLink: 'javascript:alert(1)' };
    calendar.lay(event('long', '2026-05-05T16:00:00Z', '2026-05-05T17:00:00Z', long));
    const [{ title, description, html_link }] = (await list(client)).body;
    assert.deepEqual([title, description, html_link], ['😀'.repeat(1000), '😀'.repeat(8192), null]);
});

test('the default is the next seven days', async () => {
    const { client } = await connected();
    await client.expect(200, 'list_google_calendar_events');
    const { timeMin, timeMax } = calendar.requests.at(-1).query;
    assert.ok(Math.abs(Date.parse(timeMin) - server.clock.now()) < 10_000);
    assert.ok(Math.abs(Date.parse(timeMax) - Date.parse(timeMin) - 7 * 86_400_000) <= 1000);
    await client.expect(200, 'list_google_calendar_events', { query: { from: week.from } });
    assert.equal(calendar.requests.at(-1).query.timeMax, '2026-05-11T00:00:00.000Z');
});

test('pages follow each other by their link, also where the begin is now', async () => {
    const { client } = await connected();
    const base = server.clock.now().getTime() + 3_600_000;
    const at = (minutes) => new Date(base + minutes * 60_000).toISOString();
    for (let i = 0; i < 5; ++i) calendar.lay(event(`e${i}`, at(i * 10), at(i * 10 + 5)));
    const found = [];
    let next = '/api/integrations/google-calendar/events?limit=2';
    for (let page = 0; next; ++page) {
        const answer = await client.request('GET', next);
        found.push(...answer.body.map(({ id }) => id));
        next = answer.headers.get('Link')?.match(/<([^>]+)>/)[1];
        server.clock.advance({ seconds: 1 });
        assert.ok(page < 5);
    }
    assert.deepEqual(found, ['e0', 'e1', 'e2', 'e3', 'e4']);
    const spans = calendar.requests.slice(-3).map(({ query }) => `${query.timeMin} ${query.timeMax}`);
    assert.equal(new Set(spans).size, 1);
});

test("a cursor that Google takes no more, and another's, are faults", async () => {
    const [{ client }, other] = [await connected(), await connected()];
    for (let i = 0; i < 3; ++i) calendar.lay(event(`e${i}`, '2026-05-05T16:00:00Z', '2026-05-05T17:00:00Z'));
    const first = await list(client, { ...week, limit: 2 });
    const cursor = new URL(first.headers.get('Link').match(/<([^>]+)>/)[1], server.url).searchParams.get('cursor');
    assertFaults(await list(other.client, { ...week, cursor }), ['cursor']);
    calendar.override = () => ({ status: 400, body: googleError(400, 'invalid') });
    assertFaults(await list(client, { ...week, cursor }), ['cursor']);
});

test('a span that is none, or too long, is a fault', async () => {
    const { client } = await signUp(server);
    assertFaults(await list(client, { from: week.to, to: week.from }), ['to']);
    assertFaults(await list(client, { from: week.to, to: week.to }), ['to']);
    assertFaults(await list(client, { from: '2026-05-04T00:00:00Z', to: '2026-08-04T00:00:00.001Z' }), ['to']);
    assertFaults(await list(client, { from: '9999-12-31T23:59:59.999Z' }), ['from']);
    assertFaults(await list(client, { from: 'now', to: 'then', limit: 101 }), ['from', 'to', 'limit']);
    const { client: other } = await connected();
    assert.equal((await list(other, { from: '2026-05-04T00:00:00Z', to: '2026-08-04T00:00:00Z' })).status, 200);
    assert.equal((await list(other, { from: '9999-12-30T00:00:00Z' })).status, 200);
});

test('who has connected nothing is told so, and a server without settings offers nothing', async () => {
    const answer = await list((await signUp(server)).client);
    assertError(answer, 404, 'not_found');
    assert.equal(answer.body.detail.message, 'No Google Calendar is connected.');
    assertError(await list((await signUp(bare)).client), 503, 'connector_not_configured');
});

test('a key reads with its scope only, and nobody without a credential', async () => {
    const person = await connected();
    const reading = await makeKey(person, ['integrations:read']);
    assert.equal((await list(reading.client)).status, 200);
    const writing = await makeKey(person, ['integrations:write']);
    assertError(await list(writing.client), 403, 'INSUFFICIENT_API_KEY_SCOPE');
    assertError(await list(person.client.with({ token: undefined })), 401, 'not_authenticated');
});

for (const [what, answer, status, code] of [
    ['fails', { status: 500, body: {} }, 502, 'provider_error'],
    ['speaks no JSON', { status: 200, body: '{"items": [' }, 502, 'provider_error'],
    ['answers with something else', { status: 200, body: '[1]' }, 502, 'provider_error'],
    ['sends a redirect', { status: 302, headers: { Location: 'http://127.0.0.1:1/' }, body: '' }, 502, 'provider_error'],
    ['breaks off', { breakOff: true }, 502, 'provider_error'],
    ['sends too much', { status: 200, body: `"${'x'.repeat(9 * 1024 * 1024)}"` }, 502, 'provider_error'],
    ['is slow', { delay: 8_000, status: 200, body: {} }, 504, 'provider_timeout'],
    ['has no room', { status: 429, headers: { 'Retry-After': '17' }, body: {} }, 503, 'unavailable'],
    ['counts the project', { status: 403, body: googleError(403, 'rateLimitExceeded') }, 503, 'unavailable'],
    ['is not switched on', { status: 403, body: googleError(403, 'accessNotConfigured') }, 502, 'provider_error'],
]) {
    test(`a provider that ${what} is told from a fault of this server, and what is connected stays`, async () => {
        const { client } = await connected();
        calendar.override = () => answer;
        const failed = await list(client);
        assertError(failed, status, code);
        if (status === 503)
            assert.equal(failed.headers.get('Retry-After'), answer.headers?.['Retry-After'] ?? '60');
        const [broken] = await connectionsOf(client);
        assert.deepEqual([broken.status, broken.last_synced_at], ['connected', null]);
        assert.equal(broken.last_error, failed.body.detail.message);
        calendar.override = () => undefined;
        assert.equal((await list(client)).status, 200);
        const [whole] = await connectionsOf(client);
        assert.equal(whole.last_error, null);
        assert.ok(whole.last_synced_at);
    });
}

test('a right that the consent lacks needs a new consent', async () => {
    const { client } = await connected();
    calendar.override = () => ({ status: 403, body: googleError(403, 'insufficientPermissions') });
    assertError(await list(client), 409, 'needs_reauth');
    calendar.override = () => undefined;
    const asked = calendar.requests.length;
    assertError(await list(client), 409, 'needs_reauth');
    assert.equal(calendar.requests.length, asked);
    const [{ status, last_error }] = await connectionsOf(client);
    assert.equal(status, 'needs_reauth');
    assert.equal(last_error, 'The consent does not include the events of the calendar.');
});

test('too many requests are told when to come again', async () => {
    const { client } = await signUp(server);
    let answer;
    for (let i = 0; i < 31; ++i) answer = await list(client);
    assertError(answer, 429, 'rate_limited');
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { googleError } from '../support/calendarStandIn.mjs';
import { connect, connectionsOf, useConnector } from '../support/connecting.mjs';
import { makeKey, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const { mock, calendar, server } = await useConnector({ settings: { 'limits.caller': 40 } });
const bare = useServer();
const study = {
    title: 'English: unit 4',
    starts_at: '2026-05-05T16:00:00.000Z',
    ends_at: '2026-05-05T16:45:00.000Z',
};

async function connected() {
    const person = await signUp(server);
    await connect(person.client);
    return person;
}

function create(client, body = study, more = {}) {
    return client.call('create_google_calendar_event', { body, ...more });
}

test('a study session is written into the calendar', async () => {
    const { client } = await connected();
    const answer = await create(client, { ...study, title: `  ${study.title} `, description: 'Bring a pen' });
    assert.equal(answer.status, 201, answer.text);
    const [{ id, htmlLink, ...written }] = calendar.events.values();
    assert.deepEqual(answer.body, { id, ...study, description: 'Bring a pen', html_link: htmlLink });
    assert.equal(written.summary, study.title);
    assert.deepEqual([written.start, written.end], [{ dateTime: study.starts_at }, { dateTime: study.ends_at }]);
    assert.equal(calendar.requests.at(-1).token, mock.issued.at(-1));
    const found = await client.expect(200, 'list_google_calendar_events', { query: { from: '2026-05-05T00:00:00Z' } });
    assert.deepEqual(found, [answer.body]);
});

test('null is no description, and any offset is taken', async () => {
    const { client } = await connected();
    const body = { ...study, description: null, starts_at: '2026-05-05T18:00:00+02:00' };
    const answer = await create(client, body);
    assert.deepEqual([answer.body.description, answer.body.starts_at], [null, study.starts_at]);
    assert.ok(!('description' in calendar.requests.at(-1).body));
});

test('an end before the start, or more than a day after it, is a fault', async () => {
    const { client } = await connected();
    const ends = async (ends_at) => create(client, { ...study, ends_at });
    assertFaults(await ends(study.starts_at), ['/ends_at']);
    assertFaults(await ends('2026-05-05T15:59:59Z'), ['/ends_at']);
    assertFaults(await ends('2026-05-06T16:00:00.001Z'), ['/ends_at']);
    assert.equal((await ends('2026-05-06T16:00:00Z')).status, 201);
    assertFaults(await create(client, { title: ' ', starts_at: 'x', ends_at: study.ends_at }), [
        '/title',
        '/starts_at',
    ]);
    assert.equal(calendar.events.size, 1);
});

test('the same key writes once and answers the same, also past the provider', async () => {
    const { client } = await connected();
    const first = await create(client, study, { idempotencyKey: 'k1' });
    calendar.override = () => ({ status: 500, body: {} });
    const again = await create(client, study, { idempotencyKey: 'k1' });
    assert.deepEqual([again.status, again.body], [201, first.body]);
    assert.equal(calendar.events.size, 1);
    assertError(await create(client, { ...study, title: 'Other' }, { idempotencyKey: 'k1' }), 409, 'idempotency_key_reused');
});

test('two at once with one key write one event and answer it both', async () => {
    const { client } = await connected();
    const answers = await Promise.all(
        Array.from({ length: 4 }, () => create(client, study, { idempotencyKey: 'k1' })),
    );
    assert.deepEqual(
        answers.map(({ status }) => status),
        [201, 201, 201, 201],
    );
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
    assert.equal(calendar.events.size, 1);
});

for (const [what, lose] of [
    ['breaks off', { breakOff: true }],
    ['comes too late', { delay: 8_000, status: 200, body: {} }],
    ['cannot be read', { status: 200, body: 'written' }],
]) {
    test(`an answer that ${what} after the event was written: the same key finds it`, async () => {
        const { client } = await connected();
        calendar.override = ({ method, body }) => {
            if (method !== 'POST') return undefined;
            calendar.lay({ status: 'confirmed', ...body });
            calendar.override = () => undefined;
            return lose;
        };
        const lost = await create(client, study, { idempotencyKey: 'k1' });
        // libcurl sends again by itself where a kept connection breaks before an answer.
        assert.ok([502, 504, ...(lose.breakOff ? [201] : [])].includes(lost.status), lost.text);
        const again = await create(client, study, { idempotencyKey: 'k1' });
        assert.equal(again.status, 201, again.text);
        assert.equal(again.body.title, study.title);
        assert.equal(calendar.events.size, 1);
    });
}

test('after a failure the key is free for another body', async () => {
    const { client } = await connected();
    calendar.override = () => ({ status: 500, body: {} });
    assertError(await create(client, study, { idempotencyKey: 'k1' }), 502, 'provider_error');
    calendar.override = () => undefined;
    assert.equal((await create(client, { ...study, title: 'Other' }, { idempotencyKey: 'k1' })).status, 201);
});

test('after 24 hours a key is new, and keys of others are others', async () => {
    const [mira, ola] = [await connected(), await connected()];
    await create(mira.client, study, { idempotencyKey: 'k1' });
    await create(ola.client, study, { idempotencyKey: 'k1' });
    assert.equal(calendar.events.size, 2);
    server.clock.advance({ hours: 24, seconds: 1 });
    const { access_token: token } = await mira.client.expect(200, 'login_user', {
        form: { username: mira.username, password: mira.password },
        token: undefined,
    });
    assert.equal((await create(mira.client.with({ token }), study, { idempotencyKey: 'k1' })).status, 201);
    assert.equal(calendar.events.size, 3);
});

test('without a key each request writes an event', async () => {
    const { client } = await connected();
    const [one, other] = [await create(client), await create(client)];
    assert.notEqual(one.body.id, other.body.id);
    assert.equal(calendar.events.size, 2);
});

test('who has connected nothing is told so before the key is looked at, and a server without settings offers nothing', async () => {
    const { client } = await signUp(server);
    for (let i = 0; i < 2; ++i) {
        const body = { ...study, title: `${i}` };
        assertError(await create(client, body, { idempotencyKey: 'k1' }), 404, 'not_found');
    }
    assertError(await create((await signUp(bare)).client), 503, 'connector_not_configured');
});

test('a consent that has ended needs a new one, which a replay does not', async () => {
    const { client } = await connected();
    const first = await create(client, study, { idempotencyKey: 'k1' });
    calendar.override = () => ({ status: 403, body: googleError(403, 'insufficientPermissions') });
    assertError(await create(client), 409, 'needs_reauth');
    assertError(await create(client), 409, 'needs_reauth');
    assert.equal((await connectionsOf(client))[0].status, 'needs_reauth');
    assert.deepEqual((await create(client, study, { idempotencyKey: 'k1' })).body, first.body);
});

test('a key of a server writes with its scope only', async () => {
    const person = await connected();
    const writing = await makeKey(person, ['integrations:write']);
    assert.equal((await create(writing.client)).status, 201);
    const reading = await makeKey(person, ['integrations:read']);
    assertError(await create(reading.client), 403, 'INSUFFICIENT_API_KEY_SCOPE');
    assertError(await create(person.client, study, { token: undefined }), 401, 'not_authenticated');
});

test('another media type and a large body are refused', async () => {
    const { client } = await connected();
    const raw = JSON.stringify(study);
    assertError(await create(client, undefined, { raw, contentType: 'text/plain' }), 415, 'unsupported_media_type');
    const large = `{"title":"${'x'.repeat(1 << 20)}"}`;
    assertError(await create(client, undefined, { raw: large, contentType: 'application/json' }), 413, 'payload_too_large');
});

test('a provider that is slow or out of room is told from a fault of this server', async () => {
    const { client } = await connected();
    calendar.override = () => ({ status: 200, delay: 8_000, body: {} });
    assertError(await create(client), 504, 'provider_timeout');
    calendar.override = () => ({ status: 429, body: {} });
    assertError(await create(client), 503, 'unavailable');
    calendar.override = () => ({ status: 400, body: googleError(400, 'invalid') });
    assertError(await create(client), 502, 'provider_error');
    calendar.override = () => ({ status: 409, body: googleError(409, 'conflict') });
    assertError(await create(client), 502, 'provider_error');
});

test('too many requests are told when to come again', async () => {
    const { client } = await signUp(server);
    let answer;
    for (let i = 0; i < 41; ++i) answer = await create(client);
    assertError(answer, 429, 'rate_limited');
});

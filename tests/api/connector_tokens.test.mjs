import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { assertError } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { connect, connectionsOf, startFlow, useConnector } from '../support/connecting.mjs';
import { DatabaseRows } from '../support/databaseRows.mjs';
import { logIn, signUp } from '../support/people.mjs';
import { databaseKind } from '../support/server.mjs';

// How the tokens of a connection are kept, renewed and ended.
const { mock, calendar, server, elsewhere } = await useConnector({ nodes: true });

async function connected() {
    const person = await signUp(server);
    await connect(person.client);
    return person;
}

const list = (client) => client.call('list_google_calendar_events');
const statusOf = async (client) => (await connectionsOf(client))[0].status;
const withdrawn = { statusCode: 400, body: { error: 'invalid_grant', error_description: 'Token has been revoked.' } };
const ended = {
    statusCode: 400,
    body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
};

// Lets the access token run out; the session of the test lasts no longer, so it begins a new one.
async function later(person, by) {
    server.clock.advance(by);
    const { access_token: token } = await logIn(person.client, person.username);
    return { ...person, client: person.client.with({ token }) };
}

test('an access token is used until it has less than a minute left, then renewed', async () => {
    let person = await connected();
    const first = mock.issued.at(-1);
    const refreshed = mock.refreshes();
    person = await later(person, { minutes: 58, seconds: 30 });
    assert.equal((await list(person.client)).status, 200);
    assert.equal(calendar.requests.at(-1).token, first);
    person = await later(person, { seconds: 40 });
    assert.equal((await list(person.client)).status, 200);
    assert.equal(mock.refreshes(), refreshed + 1);
    assert.notEqual(calendar.requests.at(-1).token, first);
    assert.equal(calendar.requests.at(-1).token, mock.issued.at(-1));
    assert.equal((await list(person.client)).status, 200);
    assert.equal(mock.refreshes(), refreshed + 1);
});

test('a refresh token that the provider changes is kept', async () => {
    let person = await connected();
    for (let i = 0; i < 3; ++i) {
        const latest = mock.refreshTokens.at(-1);
        person = await later(person, { hours: 1 });
        assert.equal((await list(person.client)).status, 200);
        assert.equal(mock.tokenRequests.at(-1).refresh_token, latest);
    }
});

test('many requests at once renew the token once', async () => {
    const person = await later(await connected(), { hours: 1 });
    const refreshed = mock.refreshes();
    const answers = await Promise.all(Array.from({ length: 12 }, () => list(person.client)));
    assert.deepEqual(
        answers.map(({ status }) => status),
        Array(12).fill(200),
    );
    assert.equal(mock.refreshes(), refreshed + 1);
});

test('a token that the API refuses is renewed and tried once more', async () => {
    const { client } = await connected();
    const bad = mock.issued.at(-1);
    calendar.isGood = (token) => token !== bad && mock.issued.includes(token);
    const refreshed = mock.refreshes();
    assert.equal((await list(client)).status, 200);
    assert.equal(mock.refreshes(), refreshed + 1);
    assert.equal(await statusOf(client), 'connected');
});

test('a renewed token that is refused too needs a new consent', async () => {
    const { client } = await connected();
    calendar.isGood = () => false;
    const [refreshed, asked] = [mock.refreshes(), calendar.requests.length];
    assertError(await list(client), 409, 'needs_reauth');
    assert.deepEqual([mock.refreshes(), calendar.requests.length], [refreshed + 1, asked + 2]);
    assert.equal(await statusOf(client), 'needs_reauth');
});

test('invalid_grant needs a new consent, is never retried, and a new consent mends it', async () => {
    const person = await later(await connected(), { hours: 1 });
    mock.refusal = ended;
    const answer = await list(person.client);
    assertError(answer, 409, 'needs_reauth');
    assert.equal(answer.body.detail.message, 'The calendar consent has ended; start the flow again.');
    const [asked, refreshed] = [calendar.requests.length, mock.refreshes()];
    for (let i = 0; i < 3; ++i) assertError(await list(person.client), 409, 'needs_reauth');
    assert.deepEqual([calendar.requests.length, mock.refreshes()], [asked, refreshed]);
    const [before] = await connectionsOf(person.client);
    assert.equal(before.status, 'needs_reauth');
    assert.equal(before.last_error, 'The consent has ended or was withdrawn at the provider.');
    mock.refusal = undefined;
    assert.equal(await connect(person.client), 'connected');
    assert.equal((await list(person.client)).status, 200);
    assert.equal((await connectionsOf(person.client))[0].id, before.id);
});

test('a withdrawal that the provider tells of is told from a consent that ran out', async () => {
    const person = await later(await connected(), { hours: 1 });
    mock.refusal = withdrawn;
    assertError(await list(person.client), 409, 'needs_reauth');
    assert.equal(await statusOf(person.client), 'revoked');
});

test('so is one that ends an access token before its time', async () => {
    const { client } = await connected();
    calendar.isGood = () => false;
    mock.refusal = ended;
    assertError(await list(client), 409, 'needs_reauth');
    const [{ status, last_error }] = await connectionsOf(client);
    assert.deepEqual([status, last_error], ['revoked', 'The consent was withdrawn at the provider.']);
});

for (const [what, refusal, status, code] of [
    ['fails', { statusCode: 500, body: {} }, 502, 'provider_error'],
    ['does not know this client', { statusCode: 401, body: { error: 'invalid_client' } }, 502, 'provider_error'],
    ['speaks of nothing', { statusCode: 200, body: { hello: 'world' } }, 502, 'provider_error'],
    ['has no room', { statusCode: 429, body: {} }, 503, 'unavailable'],
]) {
    test(`a token endpoint that ${what} ends no connection`, async () => {
        const person = await later(await connected(), { hours: 1 });
        mock.refusal = refusal;
        assertError(await list(person.client), status, code);
        const [{ status: state, last_error }] = await connectionsOf(person.client);
        assert.equal(state, 'connected');
        assert.ok(last_error);
        mock.refusal = undefined;
        assert.equal((await list(person.client)).status, 200);
        assert.equal((await connectionsOf(person.client))[0].last_error, null);
    });
}

test('a failing renewal is told to all who wait for it, and tried by none of them again', async () => {
    const person = await later(await connected(), { hours: 1 });
    mock.refusal = { statusCode: 500, body: {} };
    const refreshed = mock.refreshes();
    const answers = await Promise.all(Array.from({ length: 4 }, () => list(person.client)));
    for (const answer of answers) assertError(answer, 502, 'provider_error');
    assert.ok(mock.refreshes() - refreshed <= 4);
    assert.equal(await statusOf(person.client), 'connected');
});

test('tokens, verifiers and secrets are in no database, log or answer in the clear', async () => {
    let person = await connected();
    await startFlow(person.client);
    person = await later(person, { hours: 1 });
    const seen = [(await list(person.client)).text, JSON.stringify(await connectionsOf(person.client))];
    const rows = new DatabaseRows(server);
    const text = [...(await rows.read())].join('\n').toLowerCase();
    await rows.close();
    const hex = (secret) => Buffer.from(secret).toString('hex');
    const secrets = [...mock.secrets, ...mock.tokenRequests.map(({ code_verifier: verifier }) => verifier)];
    for (const secret of secrets.filter(Boolean)) {
        assert.ok(!text.includes(secret.toLowerCase()), 'in the database');
        assert.ok(!text.includes(hex(secret)), 'in the database');
        assert.ok(!server.log.includes(secret), 'in the log');
        for (const answer of seen) assert.ok(!answer.includes(secret), 'in an answer');
    }
    if (databaseKind !== 'sqlite') return;
    const bytes = fs.readdirSync(server.dataDirectory).map((name) => fs.readFileSync(path.join(server.dataDirectory, name)));
    for (const secret of secrets.filter(Boolean))
        assert.ok(bytes.every((file) => !file.includes(secret)), 'in a file of the data directory');
});

test('what links, ends and unlinks a connection is in the audit log, with who did it', async () => {
    const person = await later(await connected(), { hours: 1 });
    mock.refusal = ended;
    await list(person.client);
    const [{ id }] = await connectionsOf(person.client);
    await person.client.expect(204, 'delete_integration', { params: { integration_id: id } });
    const rows = new DatabaseRows(server);
    const entries = [...(await rows.read())]
        .filter((row) => row.startsWith('audit_log '))
        .map((row) => JSON.parse(row.slice('audit_log '.length)))
        .filter(({ target }) => target === id)
        .sort((one, other) => one.at - other.at);
    await rows.close();
    assert.deepEqual(
        entries.map(({ action }) => action),
        ['connection.linked', 'connection.needs_reauth', 'connection.unlinked'],
    );
    for (const { credential, actor } of entries) {
        assert.match(credential, /^session [0-9a-f-]{36}$/);
        assert.ok(!/^session 0{8}/.test(credential));
        assert.ok(actor);
    }
});

test('two nodes renew a token once', async () => {
    for (let round = 0; round < 3; ++round) {
        const person = await later(await connected(), { hours: 1 });
        const there = new Client(elsewhere, { token: person.client.token });
        const refreshed = mock.refreshes();
        const clients = [person.client, there, person.client, there, person.client, there];
        const answers = await Promise.all(clients.map(list));
        assert.deepEqual(
            answers.map(({ status }) => status),
            Array(6).fill(200),
        );
        assert.equal(mock.refreshes(), refreshed + 1);
    }
});

// What it costs to issue and to verify integration tokens, beside OpenSSL's own figures for RSA in the same minute, and
// what issuing does to other requests.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Postgres } from '../tests/support/postgres.mjs';
import { startXentree } from './support/contestants.mjs';
import { load } from './support/load.mjs';
import { databaseMilliseconds, lowPriorityMilliseconds, processorMilliseconds } from './support/processes.mjs';
import { keep, median, table } from './support/report.mjs';
import { call } from './support/seed.mjs';
import { wrk } from './support/wrk.mjs';

const [database = 'sqlite', seconds = '5'] = process.argv.slice(2);
if (!['sqlite', 'postgresql'].includes(database) || !/^[1-9]\d*$/.test(seconds)) {
    console.error('bench/tokens [sqlite|postgresql] [SECONDS a round]');
    process.exit(2);
}
const run = promisify(execFile);
const rounds = 3;
const connections = 32;
const manyOrganizations = 200;
const readingRate = 200; // requests a second, beside which tokens are issued
const password = 'a password for the bench';
const grant = { mode: 'api', origin: 'https://partner.example.com', scopes: ['profile:read'], ttlSeconds: 900 };

// What `openssl speed` says of one core: microseconds of processor time a signature and a verification.
async function opensslSpeed() {
    const { stdout } = await run('openssl', ['speed', '-mr', '-seconds', seconds, 'rsa2048']);
    const [, , , signatures, verifications] = stdout.match(/^\+F2:.*$/m)[0].split(':');
    return { signUs: 1e6 / Number(signatures), verifyUs: 1e6 / Number(verifications) };
}

// An account with an organization of its own: its access token, and an integration token.
async function makePerson(url, number) {
    const username = `bench-${number}`;
    const account = { username, email: `${username}@example.com`, password };
    await call(url, undefined, 'POST', '/api/auth/register', account);
    const answer = await fetch(`${url}/api/auth/login`, {
        method: 'POST',
        body: new URLSearchParams({ username, password }),
    });
    const { access_token: token } = await answer.json();
    return { token, integrationToken: (await call(url, token, 'POST', '/api/integration/grant', grant)).body.token };
}

async function makePeople(url, number) {
    const people = [];
    while (people.length < number) {
        const batch = Array.from({ length: Math.min(8, number - people.length) }, (_, i) => people.length + i);
        people.push(...(await Promise.all(batch.map((index) => makePerson(url, index)))));
    }
    return people;
}

const operations = {
    issue: (people) => ({
        method: 'POST',
        target: '/api/integration/grant',
        tokens: people.map(({ token }) => token),
        bodies: [JSON.stringify(grant)],
    }),
    verify: (people) => ({
        method: 'POST',
        target: '/api/integration/verify',
        tokens: people.map(({ token }) => token),
        bodies: people.map(({ integrationToken }) => JSON.stringify({ token: integrationToken })),
    }),
    'as bearer': (people) => ({
        method: 'GET',
        target: '/api/auth/me',
        tokens: people.map(({ integrationToken }) => integrationToken),
        bodies: [],
    }),
};

// Milliseconds of processor time so far: of the server, of its signing threads alone, of PostgreSQL.
const timesOf = (server, postgres) => [
    processorMilliseconds(server.pid),
    lowPriorityMilliseconds(server.pid),
    postgres ? databaseMilliseconds(postgres) : 0,
];

async function loadOnce(server, postgres, { target, ...request }) {
    const before = timesOf(server, postgres);
    const result = await wrk({ url: server.url + target, connections, seconds, ...request });
    if (result.failed > 0) throw new Error(`${target}: ${result.failed} of ${result.requests} failed`);
    const [processorUs, signingUs, databaseUs] = timesOf(server, postgres).map(
        (time, index) => ((time - before[index]) * 1000) / result.requests,
    );
    return { rate: result.requests / result.seconds, processorUs, signingUs, databaseUs };
}

// Reads one profile at a steady pace; `beside`: what else is asked meanwhile.
async function readProfile(server, person, beside) {
    const request = { target: '/api/auth/me', token: person.token };
    const reading = load(server.url, request, { connections: 16, rate: readingRate, seconds, warmup: 1 });
    const other = beside && wrk({ ...beside, connections: 8, seconds: String(Number(seconds) + 1) });
    const [{ p50, p99, ...result }, issued] = await Promise.all([reading, other]);
    if (result.refused + result.other + result.broken > 0) throw new Error(`reads failed: ${JSON.stringify(result)}`);
    return { p50, p99, issuedPerSecond: issued ? issued.requests / issued.seconds : 0 };
}

const medianOf = (results) => {
    const figures = Object.keys(results[0]);
    return Object.fromEntries(figures.map((figure) => [figure, median(results.map((result) => result[figure]))]));
};

async function measure(server, postgres) {
    const many = await makePeople(server.url, manyOrganizations);
    const cases = Object.entries({ 1: many.slice(0, 1), [manyOrganizations]: many }).flatMap(([organizations, people]) =>
        Object.entries(operations).map(([name, make]) => ({ name, organizations, request: make(people), results: [] })),
    );
    const { target, ...issue } = operations.issue(many);
    const beside = { url: server.url + target, ...issue };
    const openssl = [];
    const reads = { alone: [], beside: [] };
    for (let round = 0; round < rounds; round += 1) {
        openssl.push(await opensslSpeed());
        for (const each of cases) each.results.push(await loadOnce(server, postgres, each.request));
        reads.alone.push(await readProfile(server, many[0]));
        reads.beside.push(await readProfile(server, many[0], beside));
    }
    return {
        openssl: medianOf(openssl),
        operations: cases.map(({ name, organizations, results }) => ({ name, organizations, ...medianOf(results) })),
        reads: { alone: medianOf(reads.alone), beside: medianOf(reads.beside) },
    };
}

function print({ openssl, operations: rows, reads }) {
    console.log(`\n${database}: wrk with ${connections} connections, median of ${rounds} rounds of ${seconds} s\n`);
    const { signUs, verifyUs } = openssl;
    console.log(`openssl speed rsa2048: ${signUs.toFixed(0)} us a signature, ${verifyUs.toFixed(1)} a verification\n`);
    const heads = ['operation', 'organizations', 'requests/s', 'processor us', 'requests/s a core', 'signing us', 'to openssl'];
    if (database === 'postgresql') heads.push('database us');
    const ours = rows.map(({ name, organizations, rate, processorUs, signingUs, databaseUs }) => [
        name,
        organizations,
        rate.toFixed(0),
        processorUs.toFixed(0),
        (1e6 / processorUs).toFixed(0),
        ...(name === 'issue' ? [signingUs.toFixed(0), `${(signingUs / signUs).toFixed(2)}x`] : ['', '']),
        ...(database === 'postgresql' ? [databaseUs.toFixed(0)] : []),
    ]);
    console.log(table(heads, ours));
    console.log(`\nreading one profile, ${readingRate} a second\n`);
    const times = Object.entries(reads).map(([name, { p50, p99, issuedPerSecond }]) => [
        name === 'alone' ? 'alone' : 'while tokens are issued',
        p50.toFixed(2),
        p99.toFixed(2),
        issuedPerSecond.toFixed(0),
    ]);
    console.log(table(['', 'p50 ms', 'p99 ms', 'issued/s'], times));
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'xentree-bench-'));
const postgres = database === 'postgresql' ? await Postgres.start({ durable: true }) : undefined;
let server;
try {
    server = await startXentree({ directory, database: postgres && (await postgres.createDatabase('tokens')) });
    const results = await measure(server, postgres);
    print(results);
    keep(`tokens-${database}`, { connections, rounds, secondsARound: Number(seconds), manyOrganizations, ...results });
} finally {
    await server?.stop();
    await postgres?.remove();
    fs.rmSync(directory, { recursive: true, force: true });
}

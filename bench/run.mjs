// Loads three operations of each server in turn, round by round over all, and prints what they cost. Absolute times
// mean little on a shared machine: the processor time a request is what to compare.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Postgres } from '../tests/support/postgres.mjs';
import { startAll } from './support/contestants.mjs';
import { databaseMilliseconds, peakMemoryMiB, processorMilliseconds } from './support/processes.mjs';
import { keep, median, table } from './support/report.mjs';
import { Seed } from './support/seed.mjs';
import { check } from './support/smoke.mjs';
import { wrk } from './support/wrk.mjs';

const [wanted = 'all', seconds = '5'] = process.argv.slice(2);
const databases = wanted === 'all' ? ['sqlite', 'postgresql'] : [wanted];
if (!databases.every((name) => ['sqlite', 'postgresql'].includes(name)) || !/^[1-9]\d*$/.test(seconds)) {
    console.error('bench/run [sqlite|postgresql|all] [SECONDS a round]');
    process.exit(2);
}
const rounds = 3;
const connections = 64;

const conversations = '/api/core/conversations';
const operations = [
    { name: 'read one profile', method: 'GET', target: '/api/auth/me' },
    { name: 'list 20 conversations', method: 'GET', target: `${conversations}?limit=20` },
    { name: 'create a conversation', method: 'POST', target: conversations, body: '{"title":"Measured"}' },
];

async function load(server, operation, postgres) {
    const token = await server.token();
    const processor = processorMilliseconds(server.pid);
    const database = postgres ? databaseMilliseconds(postgres) : 0;
    const url = server.url + operation.target;
    const { method, body } = operation;
    const result = await wrk({ url, method, bodies: body ? [body] : [], tokens: [token], connections, seconds });
    return {
        ...result,
        processor: processorMilliseconds(server.pid) - processor,
        database: postgres ? databaseMilliseconds(postgres) - database : 0,
    };
}

function summary(operation, server, results) {
    const sum = (figure) => results.reduce((total, result) => total + figure(result), 0);
    const requests = sum((r) => r.requests);
    return {
        operation: operation.name,
        server: server.name,
        requestsPerSecond: median(results.map((r) => r.requests / r.seconds)),
        p50Ms: median(results.map((r) => r.p50)),
        p99Ms: median(results.map((r) => r.p99)),
        processorUs: (sum((r) => r.processor) * 1000) / requests,
        databaseUs: (sum((r) => r.database) * 1000) / requests,
        failed: sum((r) => r.failed),
    };
}

async function measure(servers, postgres) {
    const summaries = [];
    for (const operation of operations) {
        const results = new Map(servers.map((server) => [server, []]));
        for (let round = 0; round < rounds; round += 1) {
            for (const server of servers) results.get(server).push(await load(server, operation, postgres));
        }
        summaries.push(...servers.map((server) => summary(operation, server, results.get(server))));
    }
    return summaries;
}

function print(database, summaries, memory) {
    console.log(`\n${database}: wrk with ${connections} connections, median of ${rounds} rounds of ${seconds} s\n`);
    const ours = (row) => summaries.find((other) => other.operation === row.operation && other.server === 'xentree');
    const heads = ['operation', 'server', 'requests/s', 'p50 ms', 'p99 ms', 'processor us a request'];
    if (database === 'postgresql') heads.push('database us');
    heads.push('our rate', 'its processor', 'failed');
    const rows = summaries.map((row) => [
        row.operation,
        row.server,
        row.requestsPerSecond.toFixed(0),
        row.p50Ms.toFixed(2),
        row.p99Ms.toFixed(2),
        row.processorUs.toFixed(0),
        ...(database === 'postgresql' ? [row.databaseUs.toFixed(0)] : []),
        `${(ours(row).requestsPerSecond / row.requestsPerSecond).toFixed(1)}x`,
        `${(row.processorUs / ours(row).processorUs).toFixed(1)}x`,
        row.failed,
    ]);
    console.log(table(heads, rows, 2));
    console.log(`\nPeak memory: ${memory.map(({ server, peakMiB }) => `${server} ${peakMiB.toFixed(0)} MiB`).join(', ')}`);
}

async function compare(database, directory) {
    const postgres = database === 'postgresql' ? await Postgres.start({ durable: true }) : undefined;
    let servers = [];
    try {
        const seed = await Seed.make(directory, postgres);
        servers = await startAll(seed, directory);
        await check(servers);
        const summaries = await measure(servers, postgres);
        const memory = servers.map((server) => ({ server: server.name, peakMiB: peakMemoryMiB(server.pid) }));
        print(database, summaries, memory);
        return { database, summaries, memory };
    } finally {
        for (const server of servers) await server.stop();
        await postgres?.remove();
    }
}

const results = [];
for (const database of databases) {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'xentree-bench-'));
    try {
        results.push(await compare(database, directory));
    } finally {
        fs.rmSync(directory, { recursive: true, force: true });
    }
}
keep(`run-${wanted}`, { connections, rounds, secondsARound: Number(seconds), results });
if (results.some(({ summaries }) => summaries.some(({ failed }) => failed > 0))) process.exitCode = 1;

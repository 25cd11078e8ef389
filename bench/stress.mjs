// How answers come while less and while more is asked than the server can do: the capacity is measured first, then
// shares and multiples of it are offered at a steady pace.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Postgres } from '../tests/support/postgres.mjs';
import { startXentree } from './support/contestants.mjs';
import { load } from './support/load.mjs';
import { peakMemoryMiB, residentMemoryMiB } from './support/processes.mjs';
import { keep, table } from './support/report.mjs';
import { account, fill, logIn } from './support/seed.mjs';

const [database = 'sqlite', seconds = '5'] = process.argv.slice(2);
if (!['sqlite', 'postgresql'].includes(database) || !/^[1-9]\d*$/.test(seconds)) {
    console.error('bench/stress [sqlite|postgresql] [SECONDS a step]');
    process.exit(2);
}
const loads = [0.1, 0.5, 0.9, 2, 4]; // of the capacity; the first counts as unloaded
const connections = 2000;

// `busy`: connections that are enough to find the capacity, and too few to be refused.
const operations = [
    { name: 'read one profile', busy: 64, request: (token) => ({ target: '/api/auth/me', token }) },
    {
        name: 'create a conversation',
        busy: 64,
        request: (token) => ({
            method: 'POST',
            target: '/api/core/conversations',
            token,
            body: { title: 'Measured' },
        }),
    },
    {
        name: 'log in',
        busy: 8,
        request: () => ({
            method: 'POST',
            target: '/api/auth/login',
            form: { username: account.username, password: account.password },
        }),
    },
];

async function measure(server, operation) {
    await pause(3000); // the operation before may have left the server refusing
    const request = operation.request(await logIn(server.url));
    const most = await load(server.url, request, { connections: operation.busy, seconds });
    if (most.admitted === 0) throw new Error(`${operation.name}: nothing was admitted: ${JSON.stringify(most)}`);
    const capacity = most.admitted / most.seconds;
    const steps = [];
    for (const share of loads) {
        const rate = capacity * share;
        const result = await load(server.url, request, { connections, rate, seconds, warmup: 3 });
        steps.push({ share, ...result, memoryMiB: residentMemoryMiB(server.pid) });
    }
    return { operation: operation.name, busy: operation.busy, capacity, steps };
}

function print({ operation, busy, capacity, steps }) {
    console.log(`\n${operation}: ${capacity.toFixed(0)} a second over ${busy} connections\n`);
    const heads = ['asked', 'begun/s', 'admitted/s', 'refused', 'broken', 'p50 ms', 'p99 ms', 'p99 to unloaded', 'MiB'];
    const rows = steps.map((step) => {
        const answered = step.admitted + step.refused + step.other;
        return [
            `${step.share * 100} %`,
            (answered / step.seconds).toFixed(0),
            (step.admitted / step.seconds).toFixed(0),
            `${((100 * step.refused) / Math.max(answered, 1)).toFixed(0)} %`,
            step.broken,
            step.p50.toFixed(2),
            step.p99.toFixed(2),
            `${(step.p99 / steps[0].p99).toFixed(1)}x`,
            step.memoryMiB.toFixed(0),
        ];
    });
    console.log(table(heads, rows, 0));
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'xentree-bench-'));
const postgres = database === 'postgresql' ? await Postgres.start({ durable: true }) : undefined;
let server;
try {
    server = await startXentree({
        directory: path.join(directory, 'data'),
        database: postgres && (await postgres.createDatabase('stress')),
    });
    await fill(server.url);
    const results = [];
    for (const operation of operations) {
        results.push(await measure(server, operation));
        print(results.at(-1));
    }
    const peakMiB = peakMemoryMiB(server.pid);
    console.log(`\n${database}, ${connections} connections, one thread. Peak memory: ${peakMiB.toFixed(0)} MiB`);
    keep(`stress-${database}`, { connections, seconds: Number(seconds), results, peakMiB });
    const wrong = results.flatMap(({ steps }) => steps).filter(({ other }) => other > 0);
    if (wrong.length > 0) throw new Error(`answers that are neither good nor refusals: ${JSON.stringify(wrong)}`);
} finally {
    await server?.stop();
    await postgres?.remove();
    fs.rmSync(directory, { recursive: true, force: true });
}

// Loads three operations with wrk and prints what they cost. Absolute times mean little on a shared machine: the
// processor time a request is what to compare.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

const run = promisify(execFile);
const folder = path.dirname(fileURLToPath(import.meta.url));
const [database = 'sqlite', seconds = '5'] = process.argv.slice(2);
const rounds = 3;
const connections = 64;
const clockTicks = 100; // of /proc/PID/stat, a second

process.env.XENTREE_TEST_DATABASE = database;
const { Postgres } = await import('../tests/support/postgres.mjs');
const { Server } = await import('../tests/support/server.mjs');

const noLimits = Object.fromEntries(
    ['address', 'caller', 'login-address', 'register-address', 'chat'].map((name) => [`limits.${name}`, 0]),
);

async function call(url, token, method, target, body) {
    const answer = await fetch(url + target, {
        method,
        headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
        body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status} ${await answer.text()}`);
    return answer.json();
}

// An account with a page of conversations, and its access token.
async function prepare(url) {
    const account = { username: 'bench', email: 'bench@example.com', password: 'a password for the bench' };
    await call(url, undefined, 'POST', '/api/auth/register', account);
    const login = await fetch(`${url}/api/auth/login`, {
        method: 'POST',
        body: new URLSearchParams({ username: account.username, password: account.password }),
    });
    const token = (await login.json()).access_token;
    for (let count = 0; count < 20; count += 1)
        await call(url, token, 'POST', '/api/core/conversations', { title: `Conversation ${count}` });
    return token;
}

function processorMilliseconds(pid) {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / clockTicks;
}

function peakMemoryMiB(pid) {
    return Number(fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmHWM:\s+(\d+)/)[1]) / 1024;
}

async function load(server, { method, target, body = '' }, token) {
    const before = processorMilliseconds(server.pid);
    const { stdout } = await run(
        'wrk',
        ['-t2', `-c${connections}`, `-d${seconds}s`, '-s', path.join(folder, 'load.lua'), server.url + target],
        { env: { ...process.env, METHOD: method, TOKEN: token, BODY: body } },
    );
    const result = JSON.parse(stdout.match(/RESULT (.*)/)[1]);
    if (result.failed > 0) throw new Error(`${result.failed} of ${result.requests} requests failed\n${stdout}`);
    return { ...result, processor: (processorMilliseconds(server.pid) - before) / result.requests };
}

function median(values) {
    return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

const operations = [
    { name: 'read one profile', method: 'GET', target: '/api/auth/me' },
    { name: 'list 20 conversations', method: 'GET', target: '/api/core/conversations?limit=20' },
    { name: 'create a conversation', method: 'POST', target: '/api/core/conversations', body: '{"title":"Measured"}' },
];

const postgres = database === 'postgresql' ? await Postgres.start({ durable: true }) : undefined;
process.env.XENTREE_TEST_POSTGRES = postgres?.directory ?? '';
const server = new Server({ settings: { ...noLimits, 'access-log': false, 'log-level': 'warning' } });
try {
    await server.start();
    const token = await prepare(server.url);
    console.log(`${database}, wrk with ${connections} connections, median of ${rounds} rounds of ${seconds} s\n`);
    console.log('| operation | requests/s | p50 ms | p99 ms | processor us a request |');
    console.log('| --- | ---: | ---: | ---: | ---: |');
    for (const operation of operations) {
        const results = [];
        for (let round = 0; round < rounds; round += 1) results.push(await load(server, operation, token));
        const of = (figure) => median(results.map(figure));
        console.log(
            `| ${operation.name} | ${of((r) => r.requests / r.seconds).toFixed(0)} | ${of((r) => r.p50).toFixed(2)} ` +
                `| ${of((r) => r.p99).toFixed(2)} | ${of((r) => r.processor * 1000).toFixed(0)} |`,
        );
    }
    console.log(`\nPeak memory: ${peakMemoryMiB(server.pid).toFixed(0)} MiB`);
} finally {
    await server.stop();
    await postgres?.remove();
}

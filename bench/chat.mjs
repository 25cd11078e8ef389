// What the server adds to a chat that a provider answers, how many streams it holds, and what it takes when idle.
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ChildProcess } from '../tests/support/childProcess.mjs';
import { startXentree } from './support/contestants.mjs';
import { load, requestText } from './support/load.mjs';
import { processorMilliseconds, residentMemoryMiB } from './support/processes.mjs';
import { keep, median, table } from './support/report.mjs';
import { fill } from './support/seed.mjs';

const [seconds = '10'] = process.argv.slice(2);
const rounds = 3;
const delay = 500; // milliseconds of the provider's
const concurrent = 200;
const streams = 2000;
const message = 'Who discovered the moons of Mars?';

async function startMock() {
    const file = path.join(path.dirname(fileURLToPath(import.meta.url)), 'support/mockProvider.mjs');
    const mock = new ChildProcess(process.execPath, [file], { ...process.env, DELAY: String(delay) });
    const [, port] = await mock.printed(/port (\d+)/);
    return { url: `http://127.0.0.1:${port}`, stop: () => mock.signal('SIGKILL') };
}

// From the start of the process to the first answer, in milliseconds, and resident memory a second later.
async function measureStart(directory) {
    const begin = performance.now();
    const server = await startXentree({ directory, threads: 2 });
    const answer = await fetch(`${server.url}/api/health`);
    const took = performance.now() - begin;
    if (!answer.ok) throw new Error(`health: ${answer.status}`);
    await pause(1000);
    const memory = residentMemoryMiB(server.pid);
    await server.stop();
    return { took, memory };
}

async function measureStarts(directory) {
    const first = await measureStart(directory);
    const later = [];
    for (let round = 0; round < rounds; round += 1) later.push(await measureStart(directory));
    return {
        firstStartMs: first.took,
        startMs: median(later.map(({ took }) => took)),
        idleMiB: median(later.map(({ memory }) => memory)),
    };
}

// At a steady pace, so that `concurrent` requests are under way at each moment.
async function measureLatency(server, token, mock) {
    const rate = (concurrent * 1000) / delay;
    const options = { connections: Math.ceil(concurrent * 1.2), rate, seconds, warmup: 2 };
    const direct = {
        method: 'POST',
        target: '/v1/chat/completions',
        body: { model: 'bench', messages: [{ role: 'user', content: message }] },
    };
    const proxied = { method: 'POST', target: '/api/core/chat', token, body: { message } };
    const results = { direct: [], proxied: [] };
    const begin = processorMilliseconds(server.pid);
    for (let round = 0; round < rounds; round += 1) {
        results.direct.push(await load(mock.url, direct, options));
        results.proxied.push(await load(server.url, proxied, options));
    }
    const processor = processorMilliseconds(server.pid) - begin;
    for (const result of Object.values(results).flat()) {
        const failed = result.refused + result.other + result.broken;
        if (failed > 0 || result.admitted === 0) throw new Error(`chats failed: ${JSON.stringify(result)}`);
    }
    const summary = (list) => ({ p50: median(list.map((r) => r.p50)), p99: median(list.map((r) => r.p99)) });
    const chats = results.proxied.reduce((sum, { admitted, seconds: counted }) => {
        return sum + (admitted / counted) * (counted + options.warmup);
    }, 0);
    return {
        rate,
        direct: summary(results.direct),
        proxied: summary(results.proxied),
        processorUs: (processor * 1000) / chats,
    };
}

// Streams that are read as they come. Answers how many began, and how many still brought something at the end.
async function measureStreams(server, token) {
    const request = { method: 'POST', target: '/api/core/chat', token, body: { message, stream: true } };
    const { hostname, port } = new URL(server.url);
    const text = requestText(server.url, request);
    const open = [];
    for (let number = 0; number < streams; number += 1) {
        const stream = { last: 0, head: '' };
        stream.socket = net.connect(Number(port), hostname, () => stream.socket.write(text));
        stream.socket.on('data', (data) => {
            if (!stream.head) stream.head = data.toString('latin1', 0, 12);
            stream.last = performance.now();
        });
        stream.socket.on('error', () => {});
        open.push(stream);
        if (number % 20 === 19) await pause(40); // 500 a second
    }
    await pause(Number(seconds) * 1000);
    const now = performance.now();
    const begun = open.filter(({ head }) => head === 'HTTP/1.1 200').length;
    const alive = open.filter(({ head, last }) => head === 'HTTP/1.1 200' && now - last < 3000).length;
    const memoryMiB = residentMemoryMiB(server.pid);
    for (const { socket } of open) socket.destroy();
    await pause(3000);
    return { wanted: streams, begun, alive, memoryMiB, afterMiB: residentMemoryMiB(server.pid) };
}

function print({ starts, latency, held }) {
    const added = (name) => (latency.proxied[name] - latency.direct[name]).toFixed(2);
    const row = (name, { p50, p99 }) => [name, p50.toFixed(2), p99.toFixed(2)];
    console.log(`\n${latency.rate} chats/s, ${concurrent} at once; the provider takes ${delay} ms\n`);
    console.log(
        table(
            ['chat', 'p50 ms', 'p99 ms'],
            [
                row('the provider itself', latency.direct),
                row('through xentree', latency.proxied),
                ['added', added('p50'), added('p99')],
            ],
        ),
    );
    console.log('');
    console.log(
        table(
            ['figure', 'value'],
            [
                ['processor time a chat', `${latency.processorUs.toFixed(0)} us`],
                [`streams of ${held.wanted} that began`, held.begun],
                [`and still came after ${seconds} s`, held.alive],
                ['memory with them', `${held.memoryMiB.toFixed(0)} MiB`],
                ['memory after them', `${held.afterMiB.toFixed(0)} MiB`],
                ['memory when idle', `${starts.idleMiB.toFixed(0)} MiB`],
                ['first start to first answer', `${starts.firstStartMs.toFixed(0)} ms`],
                ['later starts', `${starts.startMs.toFixed(0)} ms`],
            ],
        ),
    );
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'xentree-bench-'));
const mock = await startMock();
let server;
try {
    const starts = await measureStarts(path.join(directory, 'data'));
    server = await startXentree({
        directory: path.join(directory, 'data'),
        threads: 2,
        settings: { set: [`provider.mock.base_url=${mock.url}/v1`, 'provider.mock.models=bench'] },
    });
    const token = await fill(server.url);
    const latency = await measureLatency(server, token, mock);
    const held = await measureStreams(server, token);
    print({ starts, latency, held });
    keep('chat', { delay, concurrent, starts, latency, held });
    if (held.alive < held.wanted) process.exitCode = 1;
} finally {
    await server?.stop();
    mock.stop();
    fs.rmSync(directory, { recursive: true, force: true });
}

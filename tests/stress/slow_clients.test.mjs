import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import test from 'node:test';
import { Client } from '../support/client.mjs';
import { eventually } from '../support/eventually.mjs';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const enough = 1_000_000;
const metricsKey = 'metrics-key-of-the-tests';
const server = useServer({
    settings: {
        'access-log': false,
        'metrics-key': metricsKey,
        'http.max-connections': 11_000,
        'http.header-timeout': 2,
        'http.body-timeout': 2,
        'http.idle-timeout': 600,
        'limits.address': enough,
        'limits.caller': enough,
    },
});

const memoryBound = 300; // MiB
const atOnce = 500; // connections that are being opened

function residentMemory() {
    const [, kibibytes] = fs.readFileSync(`/proc/${server.pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB$/m);
    return Number(kibibytes) / 1024;
}

function checkMemory(when) {
    const memory = residentMemory();
    console.log(`resident memory ${when}: ${memory.toFixed(0)} MiB`);
    assert.ok(memory < memoryBound, `${memory} MiB ${when}`);
}

function connect(localAddress) {
    return new Promise((resolve, reject) => {
        const { hostname, port } = new URL(server.url);
        const socket = net.connect({ host: hostname, port: Number(port), localAddress });
        socket.once('connect', () => resolve(socket)).once('error', reject);
    });
}

// From a hundred addresses of this machine.
async function connectMany(count) {
    const sockets = [];
    while (sockets.length < count) {
        const batch = Array.from({ length: Math.min(atOnce, count - sockets.length) }, (_, number) =>
            connect(`127.0.1.${1 + (number % 100)}`),
        );
        sockets.push(...(await Promise.all(batch)));
    }
    return sockets;
}

async function answerTo(socket, request) {
    const answered = new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
    socket.write(request);
    return String(await answered).split('\r\n')[0];
}

// Somebody new can use the service as if nobody else were there.
async function isServed() {
    const { client } = await signUp(server);
    await client.expect(201, 'create_conversation', { body: { title: 'Plans' } });
    assert.equal((await client.expect(200, 'list_conversations')).length, 1);
}

async function openConnections() {
    const answer = await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${metricsKey}` } });
    return Number((await answer.text()).match(/^xentree_http_open_connections (\d+)/m)[1]);
}

test('10,000 idle connections are held, others are served meanwhile, and memory is bounded', async () => {
    const sockets = await connectMany(10_000);
    try {
        assert.ok((await openConnections()) >= sockets.length);
        await isServed();
        checkMemory('with 10,000 idle connections');
        for (let index = 0; index < sockets.length; index += 500) {
            const request = 'GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n';
            assert.equal(await answerTo(sockets[index], request), 'HTTP/1.1 200 OK', `connection ${index} is open`);
        }
        checkMemory('after some of them asked');
    } finally {
        for (const socket of sockets) socket.destroy();
    }
    await isServed();
});

// Sends a byte at a time until the server lets it go; resolves with what the server said.
function trickle(socket, text) {
    return new Promise((resolve) => {
        let received = '';
        let sent = 0;
        const timer = setInterval(() => {
            sent += 1;
            socket.write(text[sent % text.length]);
        }, 1000);
        socket.on('data', (bytes) => (received += bytes));
        socket.on('error', () => {}); // it is closed while a byte is on its way
        socket.on('close', () => {
            clearInterval(timer);
            resolve(received);
        });
    });
}

test('clients that send a byte a second are let go, others are served meanwhile, and nothing is written', async () => {
    const { client } = await signUp(server);
    const lines = ['Host: localhost', `Authorization: Bearer ${client.token}`, 'Content-Type: application/json'];
    const head = ['POST /api/core/conversations HTTP/1.1', ...lines].join('\r\n');
    const sockets = await connectMany(500);
    const said = sockets.map((socket, index) => {
        if (index % 2 === 0) return trickle(socket, head);
        socket.write(`${head}\r\nContent-Length: 1000\r\n\r\n{"title":"`);
        return trickle(socket, 'x');
    });
    await isServed();
    assert.deepEqual(new Set(await Promise.all(said)), new Set(['']));
    assert.deepEqual(await client.expect(200, 'list_conversations'), []);
});

test('clients that ask and do not read cost bounded memory, and are let go', async () => {
    const request = 'GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const sockets = await connectMany(200);
    for (const socket of sockets) {
        socket.pause();
        socket.on('error', () => {});
        socket.write(request.repeat(500));
    }
    await isServed();
    checkMemory('with 200 clients that do not read');
    await eventually('they are let go', async () => (await openConnections()) < 20, { within: 60_000 });
    for (const socket of sockets) socket.destroy();
    await new Client(server).expect(200, 'get_health');
});

import assert from 'node:assert/strict';
import net from 'node:net';
import test from 'node:test';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const enough = 1_000_000;
const unlimited = { 'access-log': false, 'limits.address': enough, 'limits.caller': enough };

// Every request waits a little for the one thread; what is let through is less than what comes. No proxy is
// trusted: a proxy's connections are not held back.
const busy = useServer({
    settings: { ...unlimited, threads: 1, 'http.overload-delay-ms': 1, 'trusted-proxies': undefined },
});
const small = useServer({
    settings: { ...unlimited, 'http.max-connections-per-address': 5, 'trusted-proxies': undefined },
});

function connect(server, localAddress) {
    const { hostname, port } = new URL(server.url);
    const socket = net.connect({ host: hostname, port: Number(port), localAddress });
    socket.on('error', () => {}); // a refused connection may be reset
    return socket;
}

// Sends so many requests at once, and resolves with the statuses of the answers and the text of them all.
function sendMany(server, request, count) {
    return new Promise((resolve, reject) => {
        const socket = connect(server);
        let text = '';
        socket.on('data', (bytes) => {
            text += bytes;
            const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
            if (statuses.length < count) return;
            socket.destroy();
            resolve({ statuses, text });
        });
        socket.on('close', () => reject(new Error(`closed early: ${text.slice(-300)}`)));
        socket.write(request.repeat(count));
    });
}

test('past capacity some are refused with 503, all get an answer, health always, and afterwards all is well', async () => {
    const { client } = await signUp(busy);
    const request =
        `GET /api/core/conversations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${client.token}\r\n\r\n`;
    const clients = Array.from({ length: 300 }, () => sendMany(busy, request, 60));
    const health = sendMany(busy, 'GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n', 60);
    const answers = await Promise.all(clients);
    const statuses = answers.flatMap((answer) => answer.statuses);
    const refused = statuses.filter((status) => status === 503).length;
    console.log(`refused: ${refused} of ${statuses.length}`);
    assert.deepEqual([...new Set(statuses)].sort(), [200, 503]);
    assert.ok(refused > 0 && refused < statuses.length);
    const refusal = answers.map(({ text }) => text.match(/HTTP\/1\.1 503[^{]*\{.*?\}\}?/s)?.[0]).find(Boolean);
    assert.match(refusal, /^Retry-After: 1\r$/m);
    assert.match(refusal, /"error":"unavailable"/);
    assert.deepEqual([...new Set((await health).statuses)], [200]);
    await client.expect(200, 'list_conversations');
});

function isOpen(socket) {
    return new Promise((resolve) => {
        socket.once('data', (bytes) => resolve(String(bytes).startsWith('HTTP/1.1 200')));
        socket.once('close', () => resolve(false));
        socket.write('GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n');
    });
}

test('one address has so many connections and no more, and another address is not touched by it', async () => {
    const held = Array.from({ length: 5 }, () => connect(small, '127.0.0.2'));
    assert.deepEqual(await Promise.all(held.map(isOpen)), [true, true, true, true, true]);
    assert.equal(await isOpen(connect(small, '127.0.0.2')), false);
    const other = connect(small, '127.0.0.3');
    assert.equal(await isOpen(other), true);
    held.pop().destroy();
    let again = false;
    for (let tries = 0; tries < 50 && !again; tries += 1) {
        const socket = connect(small, '127.0.0.2');
        again = await isOpen(socket);
        held.push(socket);
    }
    assert.ok(again, 'a place that is free again is given');
    for (const socket of [...held, other]) socket.destroy();
});

import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import test, { after, before } from 'node:test';
import { eventually } from '../support/eventually.mjs';
import { signUp } from '../support/people.mjs';
import { Server } from '../support/server.mjs';

const enough = 1_000_000;
const readers = 40;
const memoryBound = 200; // MiB

// No model server of npm says this much: ours, which speaks OpenAI's stream and never comes to an end by itself. Its
// letters have four bytes, so that an answer of the longest kind is more than a connection's buffers hold.
const content = '\u{1F980}'.repeat(500);
const piece = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
let open = 0;
let begun = 0;
const talker = http.createServer((request, response) => {
    open += 1;
    begun += 1;
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const talk = () => {
        while (response.writable && !response.destroyed && response.write(piece)) continue;
    };
    response.on('drain', talk).on('close', () => (open -= 1));
    request.resume().on('end', talk);
});

let server;
before(async () => {
    await new Promise((resolve) => talker.listen(0, '127.0.0.1', resolve));
    server = new Server({
        settings: { 'http.body-timeout': 3, 'limits.chat': enough, 'limits.caller': enough },
        toml: `[provider.talker]\nbase_url = "http://127.0.0.1:${talker.address().port}/v1"\nmodels = "m"\n`,
    });
    await server.start();
});
after(async () => {
    await server.stop();
    talker.closeAllConnections();
    talker.close();
});

// Asks for a stream and reads nothing of it; resolves with the socket.
function askAndStopReading(token) {
    const { hostname, port } = new URL(server.url);
    const body = JSON.stringify({ message: 'Talk', provider: 'talker', stream: true });
    const socket = net.connect({ host: hostname, port: Number(port) });
    socket.pause();
    socket.on('error', () => {}); // it is cut
    socket.write(
        `POST /api/core/chat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
            `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    return socket;
}

function whatIsLeft(socket) {
    return new Promise((resolve) => {
        let text = '';
        socket.on('data', (bytes) => (text += bytes)).on('close', () => resolve(text));
        socket.resume();
    });
}

test('a reader that does not read is dropped, its call to the provider is ended, and memory stays bounded', async () => {
    const { client } = await signUp(server);
    const sockets = Array.from({ length: readers }, () => askAndStopReading(client.token));
    await eventually('all streams have begun', () => begun >= readers, { within: 30_000 });
    await client.expect(200, 'list_conversations');
    await eventually('all streams were dropped', () => open === 0, { within: 60_000 });
    const [, kibibytes] = fs.readFileSync(`/proc/${server.pid}/status`, 'utf8').match(/^VmHWM:\s+(\d+) kB$/m);
    console.log(`peak memory with ${readers} readers that do not read: ${(Number(kibibytes) / 1024).toFixed(0)} MiB`);
    assert.ok(Number(kibibytes) / 1024 < memoryBound);
    for (const socket of sockets) {
        const rest = await whatIsLeft(socket);
        assert.doesNotMatch(rest, /event: (done|error)/, 'the stream was cut, it did not end');
    }
    await client.expect(200, 'list_conversations');
});

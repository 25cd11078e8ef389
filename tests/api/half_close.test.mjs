import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import test, { after, before } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openaiProvider, startAiMock } from '../support/aiMock.mjs';
import { eventually } from '../support/eventually.mjs';
import { signUp } from '../support/people.mjs';
import { RawConnection } from '../support/rawHttp.mjs';
import { Relay } from '../support/relay.mjs';
import { Server } from '../support/server.mjs';
import { shownOnFailure, useServer } from '../support/setup.mjs';

const mock = await startAiMock();
const relay = await Relay.to(mock.port);
const server = new Server({ toml: openaiProvider('house', `${relay.url}/v1`, { timeoutSeconds: 30 }) });
const short = useServer({ settings: { 'http.body-timeout': 1, 'metrics-key': 'metrics' } });
before(() => server.start());
shownOnFailure(server);
after(async () => {
    await server.stop();
    await relay.close();
    await mock.stop();
});

mock.onMessage(
    'slow question',
    { content: 'An answer that takes its time.' },
    { latency: 100, chaos: { latencyMs: 500 } },
);
mock.onMessage('stalling question', { content: 'too late' }, { chaos: { latencyMs: 20_000 } });
mock.onMessage('flowing question', { content: 'word '.repeat(400) }, { latency: 100 });

// Hundredths of a second that the server has worked.
function processorTicks() {
    const fields = fs.readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return Number(fields[11]) + Number(fields[12]);
}

// A question on a connection of its own; answers the connection.
async function ask(message, { stream = false, version = '1.1' } = {}) {
    const { tokens } = await signUp(server);
    const body = JSON.stringify({ message, stream, provider: 'house' });
    const connection = new RawConnection(server);
    connection.write(
        [
            `POST /api/core/chat HTTP/${version}`,
            'Host: server',
            `Authorization: Bearer ${tokens.access_token}`,
            'Content-Type: application/json',
            `Content-Length: ${body.length}`,
            '',
            body,
        ].join('\r\n'),
    );
    await eventually('the call is made', () => relay.isOpen(message));
    return connection;
}

test('a client that ends its sending side gets its answer all the same', async () => {
    const connection = await ask('slow question, asked whole');
    connection.end();
    const { status, body } = await connection.answer();
    assert.equal(status, 200);
    assert.equal(JSON.parse(body).content, 'An answer that takes its time.');
    assert.equal(await connection.closed(), true);
});

for (const version of ['1.0', '1.1']) {
    test(`a reader of a stream that ends its sending side gets the whole of it, in HTTP/${version}`, async () => {
        const connection = await ask(`slow question, streamed ${version}`, { stream: true, version });
        await connection.statusLine();
        connection.end();
        await connection.closed();
        const { status, body } = await connection.answer();
        assert.equal(status, 200);
        assert.match(body, /event: done\ndata: \{"content":"An answer that takes its time\."/);
    });
}

test('a client that ends its sending side and then closes is gone, before the answer', async () => {
    const connection = await ask('stalling question');
    connection.end();
    assert.equal(relay.isOpen('stalling question'), true);
    connection.close();
    await eventually('the call is cancelled', () => relay.isOpen('stalling question') === false);
});

test('a client that ends its sending side and then closes is gone, in a stream', async () => {
    const connection = await ask('flowing question', { stream: true });
    assert.match(await connection.statusLine(), / 200 /);
    connection.end();
    assert.equal(relay.isOpen('flowing question'), true);
    connection.close();
    await eventually('the call is cancelled', () => relay.isOpen('flowing question') === false);
});

test('a body that stops halfway leaves no connection behind', async () => {
    const { tokens } = await signUp(short);
    const head = [
        'POST /api/core/chat HTTP/1.1',
        'Host: server',
        `Authorization: Bearer ${tokens.access_token}`,
        'Content-Type: application/json',
        'Content-Length: 100',
        '',
        '{',
    ].join('\r\n');
    const connections = Array.from({ length: 3 }, () => new RawConnection(short));
    for (const connection of connections) connection.write(head);
    for (const connection of connections) assert.equal(await connection.closed(), true);
    await eventually('all are gone', async () => {
        const answer = await fetch(`${short.url}/metrics`, { headers: { Authorization: 'Bearer metrics' } });
        const [, open] = (await answer.text()).match(/^xentree_http_open_connections (\d+)/m);
        return Number(open) <= 2; // those of fetch
    });
});

test('an urgent byte of a client that ends its sending side keeps no processor busy', async () => {
    const { tokens } = await signUp(server);
    const body = JSON.stringify({ message: 'stalling question, urgently', provider: 'house' });
    const head = `POST /api/core/chat HTTP/1.1\r\nHost: server\r\nAuthorization: Bearer ${tokens.access_token}\r\n`;
    const script = `
import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
s.sendall(sys.argv[2].encode())
s.send(b'!', socket.MSG_OOB)
s.shutdown(socket.SHUT_WR)
sys.stdin.read()
`;
    const request = `${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const client = spawn('/usr/bin/python3', ['-c', script, new URL(server.url).port, request]);
    try {
        await eventually('the call is made', () => relay.isOpen('stalling question, urgently'));
        const before = processorTicks();
        await delay(2000);
        assert.ok(processorTicks() - before < 100, 'less than half of the time was worked');
    } finally {
        client.stdin.end();
    }
});

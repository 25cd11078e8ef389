import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import test, { after, afterEach, before } from 'node:test';
import { openaiProvider, startAiMock } from '../support/aiMock.mjs';
import { Client } from '../support/client.mjs';
import { eventually } from '../support/eventually.mjs';
import { signUp } from '../support/people.mjs';
import { RawConnection } from '../support/rawHttp.mjs';
import { Server } from '../support/server.mjs';

let mock;
let server;
before(async () => {
    mock = await startAiMock();
    mock.onMessage(
        'slow',
        { content: 'An answer that takes its time to arrive, word by word.' },
        { latency: 100, chaos: { latencyMs: 500 } },
    );
    mock.onMessage('endless', { content: 'word '.repeat(60) }, { latency: 100 });
});
after(() => mock.stop());
afterEach(() => server.stop());

async function start(settings) {
    server = new Server({ toml: openaiProvider('house', `${mock.url}/v1`), settings });
    await server.start();
}

async function refusesConnections() {
    const { hostname, port } = new URL(server.url);
    const socket = net.connect({ host: hostname, port: Number(port) });
    try {
        await once(socket, 'connect');
        return false;
    } catch {
        return true;
    } finally {
        socket.destroy();
    }
}

test('a stream and a request that run when the end is asked for are finished, then the server ends with 0', async () => {
    await start();
    const { client } = await signUp(server);
    const { id } = await client.expect(201, 'create_conversation');
    const stream = await client.openStream({ message: 'slow', provider: 'house' });
    await stream.read(1);
    const request = client.call('generate_chat_response', {
        body: { message: 'slow', provider: 'house', conversation_id: id },
    });
    await eventually('the turn has begun', async () => {
        return (await client.expect(200, 'list_messages', { params: { conversation_id: id } })).length === 1;
    });
    server.signal('SIGTERM');
    await eventually('new connections are refused', refusesConnections);
    const { events } = await stream.finish();
    assert.equal(events.at(-1).event, 'done');
    assert.equal((await request).status, 200);
    await server.hasEnded();
    await server.start();
    const messages = await client.expect(200, 'list_messages', { params: { conversation_id: id } });
    assert.deepEqual(
        messages.map(({ role }) => role),
        ['user', 'assistant'],
    );
});

test('a stream that would not end is cut with an error event when the time is over', async () => {
    await start({ 'http.drain-timeout': 1 });
    const { client } = await signUp(server);
    const stream = await client.openStream({ message: 'endless', provider: 'house' });
    await stream.read(1);
    server.signal('SIGTERM');
    const { events } = await stream.finish();
    assert.deepEqual([events.at(-1).event, events.at(-1).data.detail.error], ['error', 'unavailable']);
    await server.hasEnded();
});

test('idle connections do not hold the end up', async () => {
    await start();
    const silent = new RawConnection(server);
    const used = new RawConnection(server);
    used.write('GET /api/health HTTP/1.1\r\nHost: server\r\n\r\n');
    assert.equal((await used.answer()).status, 200);
    await new Client(server).expect(200, 'get_health');
    await server.terminate();
    silent.close();
    used.close();
});

test('SIGINT ends it the same way', async () => {
    await start();
    server.signal('SIGINT');
    await server.hasEnded();
});

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openaiProvider, startAiMock } from '../support/aiMock.mjs';
import { eventually } from '../support/eventually.mjs';
import { signUp } from '../support/people.mjs';
import { RawConnection } from '../support/rawHttp.mjs';
import { Relay } from '../support/relay.mjs';
import { Server } from '../support/server.mjs';
import { shownOnFailure } from '../support/setup.mjs';

const mock = await startAiMock();
const relay = await Relay.to(mock.port);
const server = new Server({ toml: openaiProvider('house', `${relay.url}/v1`, { timeoutSeconds: 30 }) });
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

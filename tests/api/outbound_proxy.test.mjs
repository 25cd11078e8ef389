import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import test, { after, before } from 'node:test';
import { openaiProvider, startAiMock } from '../support/aiMock.mjs';
import { signUp } from '../support/people.mjs';
import { Server } from '../support/server.mjs';
import { shownOnFailure } from '../support/setup.mjs';

// A proxy of ours: it brings every call to the mock, whatever host it was for, and keeps what it was asked.
const asked = [];
const proxy = http.createServer((request, response) => {
    asked.push({ url: request.url, authorization: request.headers['proxy-authorization'] });
    const { pathname } = new URL(request.url);
    const { host, 'proxy-authorization': _, ...headers } = request.headers;
    const onward = http.request(`${mock.url}${pathname}`, { method: request.method, headers }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
    });
    request.pipe(onward);
});
proxy.listen(0, '127.0.0.1');
await once(proxy, 'listening');

const mock = await startAiMock();
mock.onMessage('question', { content: 'An answer.' });
const server = new Server({
    toml: [
        openaiProvider('afar', 'http://models.invalid/v1'),
        openaiProvider('here', `${mock.url}/v1`),
    ].join(''),
    settings: { 'outbound.proxy': `http://user:pass%40word@127.0.0.1:${proxy.address().port}` },
});
before(() => server.start());
shownOnFailure(server);
after(async () => {
    await server.stop();
    await mock.stop();
    proxy.close();
});

async function answerOf(provider) {
    const { client } = await signUp(server);
    return client.expect(200, 'generate_chat_response', { body: { message: 'question', provider } });
}

test('a provider elsewhere is called through the proxy, with its login', async () => {
    assert.equal((await answerOf('afar')).content, 'An answer.');
    assert.deepEqual(asked, [
        {
            url: 'http://models.invalid/v1/chat/completions',
            authorization: `Basic ${Buffer.from('user:pass@word').toString('base64')}`,
        },
    ]);
});

test('a provider on this machine is called without it', async () => {
    const before = asked.length;
    assert.equal((await answerOf('here')).content, 'An answer.');
    assert.equal(asked.length, before);
});

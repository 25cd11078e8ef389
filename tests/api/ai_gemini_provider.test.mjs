import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError } from '../support/assertions.mjs';
import { signUp } from '../support/people.mjs';
import { testProvider } from '../support/providerTests.mjs';

const { mock, server, ask, requestsWith } = await testProvider({
    kind: 'gemini',
    version: 'v1beta',
    keyHeader: 'x-goog-api-key',
});

mock.onMessage('plain riddle', { content: 'A plain answer.' });
mock.onMessage('thoughtful riddle', { content: 'An answer.', reasoning: 'A thought that is nobody’s business.' });
mock.onMessage('blocked riddle', { content: 'I', finishReason: 'content_filter' });
mock.onMessage('empty riddle', { content: '' });

test('the model and the way to answer are the path, and no key is in it', async () => {
    const { client } = await signUp(server);
    for (const [stream, path] of [
        [false, '/v1beta/models/mock-large:generateContent'],
        [true, '/v1beta/models/mock-large:streamGenerateContent?alt=sse'],
    ]) {
        await ask(client, 'plain riddle', { stream });
        assert.equal(requestsWith('plain riddle').at(-1).path, path);
    }
});

test('what the model thinks is left out', async () => {
    const { client } = await signUp(server);
    for (const stream of [false, true]) {
        const answer = await ask(client, 'thoughtful riddle', { stream });
        const body = stream ? answer.events.at(-1).data : answer.body;
        assert.equal(body.content, 'An answer.', answer.text);
    }
});

test('an answer that safety stopped is an error, and an answer without text is none', async () => {
    const { client } = await signUp(server);
    for (const stream of [false, true]) {
        assertError(await ask(client, 'blocked riddle', { stream }), 502, 'provider_error');
        const answer = await ask(client, 'empty riddle', { stream });
        const body = stream ? answer.events.at(-1).data : answer.body;
        assert.equal(body.content, '', answer.text);
    }
});

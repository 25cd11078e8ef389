import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError } from '../support/assertions.mjs';
import { signUp } from '../support/people.mjs';
import { testProvider } from '../support/providerTests.mjs';

const { mock, server, ask, requestsWith } = await testProvider({
    kind: 'anthropic',
    version: 'v1',
    keyHeader: 'x-api-key',
});

mock.onMessage('plain riddle', { content: 'A plain answer.', model: 'claude-as-answered' });
mock.onMessage('thoughtful riddle', { content: 'An answer.', reasoning: 'A thought that is nobody’s business.' });
mock.onMessage('refused riddle', { content: 'I', finishReason: 'refusal' });
mock.onMessage('empty riddle', { content: '' });
mock.onMessage('busy riddle', { error: { message: 'Overloaded', type: 'overloaded_error' }, status: 529 });

test('a message is sent with a version and a limit, and the model that answered is told', async () => {
    const { client } = await signUp(server);
    for (const stream of [false, true]) {
        const answer = await ask(client, 'plain riddle', { stream });
        const body = stream ? answer.events.at(-1).data : answer.body;
        assert.equal(body.model, 'claude-as-answered');
        const request = requestsWith('plain riddle').at(-1);
        assert.equal(request.path, '/v1/messages');
        assert.equal(request.headers['anthropic-version'], '2023-06-01');
        assert.equal(request.body.max_tokens, 8192);
        assert.equal(request.body.stream, stream);
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

test('a refusal is an error, and an answer without text is none', async () => {
    const { client } = await signUp(server);
    assertError(await ask(client, 'refused riddle'), 502, 'provider_error');
    const refused = await ask(client, 'refused riddle', { stream: true });
    assert.equal(refused.events.at(-1).data.detail.error, 'provider_error');
    for (const stream of [false, true]) {
        const answer = await ask(client, 'empty riddle', { stream });
        const body = stream ? answer.events.at(-1).data : answer.body;
        assert.equal(body.content, '', answer.text);
    }
});

test('an overloaded Anthropic, status 529, rests after three calls', async () => {
    const { client } = await signUp(server);
    for (let count = 0; count < 3; count += 1) assertError(await ask(client, 'busy riddle'), 502, 'provider_error');
    assertError(await ask(client, 'busy riddle'), 503, 'unavailable');
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { openaiProvider } from '../support/aiMock.mjs';
import { assertFaults } from '../support/assertions.mjs';
import { signUp } from '../support/people.mjs';
import { readPages } from '../support/pages.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({
    toml: openaiProvider('house', 'http://127.0.0.1:9/v1', { models: ['house-large', 'house-small'] }),
});

test('auto comes first, then the providers in the order in which auto tries them', async () => {
    const { client } = await signUp(server);
    const providers = await client.expect(200, 'list_ai_providers');
    assert.deepEqual(
        providers.map(({ id }) => id),
        ['auto', 'house', 'extractive'],
    );
    const [auto, house, extractive] = providers;
    assert.deepEqual(auto.models, []);
    assert.equal(auto.available, true);
    assert.deepEqual(
        house.models.map(({ id }) => id),
        ['house-large', 'house-small'],
    );
    assert.equal(house.default_model, 'house-large');
    assert.ok(extractive.available);
    assert.ok(extractive.capabilities.includes('chat') && extractive.capabilities.includes('stream'));
});

test('neither address nor key of a provider is told', async () => {
    const { client } = await signUp(server);
    const { text } = await client.call('list_ai_providers');
    assert.doesNotMatch(text, /127\.0\.0\.1|sk-mock/);
});

test('the list has pages', async () => {
    const { client } = await signUp(server);
    const pages = await readPages(client, 'list_ai_providers', { query: { limit: 1 } });
    assert.deepEqual(
        pages.map((page) => page.map(({ id }) => id)),
        [['auto'], ['house'], ['extractive']],
    );
});

test('limit and cursor have bounds', async () => {
    const { client } = await signUp(server);
    assertFaults(await client.call('list_ai_providers', { query: { limit: 0, cursor: 'x'.repeat(513) } }), [
        'limit',
        'cursor',
    ]);
});

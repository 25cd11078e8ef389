import assert from 'node:assert/strict';
import test from 'node:test';
import { openaiProvider } from '../support/aiMock.mjs';
import { assertError, assertFaults, assertUuid7 } from '../support/assertions.mjs';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ toml: openaiProvider('house', 'http://127.0.0.1:9/v1', { models: ['house-large'] }) });

function create(client, body) {
    return client.call('create_conversation', { body });
}

test('a conversation is opened empty, with its title and provider', async () => {
    const { client } = await signUp(server);
    const { id, created_at, updated_at, ...rest } = await client.expect(201, 'create_conversation', {
        body: { title: 'Launch plan questions', provider: 'house' },
    });
    assertUuid7(id);
    assert.equal(created_at, updated_at);
    assert.ok(Math.abs(Date.parse(created_at) - server.clock.now()) < 5_000);
    assert.deepEqual(rest, {
        title: 'Launch plan questions',
        provider: 'house',
        message_count: 0,
        last_message_at: null,
    });
    const listed = await client.expect(200, 'list_conversations');
    assert.deepEqual(listed, [{ id, created_at, updated_at, ...rest }]);
});

test('an absent body is the same as {}: no title, provider auto', async () => {
    const { client } = await signUp(server);
    for (const options of [{}, { body: {} }]) {
        const { title, provider } = await client.expect(201, 'create_conversation', options);
        assert.deepEqual([title, provider], ['', 'auto']);
    }
});

test('a provider may be named by one of its models', async () => {
    const { client } = await signUp(server);
    const { provider } = await client.expect(201, 'create_conversation', { body: { provider: 'house-large' } });
    assert.equal(provider, 'house-large');
});

test('an unknown provider is not there, and no conversation is opened', async () => {
    const { client } = await signUp(server);
    assertError(await create(client, { title: 'x', provider: 'nobody' }), 404, 'not_found');
    assert.deepEqual(await client.expect(200, 'list_conversations'), []);
});

test('outer white space of a title is dropped before its bounds are checked', async () => {
    const { client } = await signUp(server);
    const { title } = await client.expect(201, 'create_conversation', { body: { title: `\n ${'ü'.repeat(200)} ` } });
    assert.equal(title, 'ü'.repeat(200));
    for (const wrong of ['', '  ', 'x'.repeat(201), 'a\u0000b', 'a\u001bb', null, 7]) {
        assertFaults(await create(client, { title: wrong }), ['/title']);
    }
});

test('all faults are told at once', async () => {
    const { client } = await signUp(server);
    assertFaults(await create(client, { title: '', provider: 'p'.repeat(129) }), ['/title', '/provider']);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

test('a large answer is compressed for who takes it, and the same for who does not', async () => {
    const { client } = await signUp(server);
    for (let count = 0; count < 30; count += 1) {
        await client.expect(201, 'create_conversation', { body: { title: `${'long '.repeat(39)}${count}` } });
    }
    const get = (encoding) => client.call('list_conversations', { headers: { 'Accept-Encoding': encoding } });
    const [compressed, plain, refused] = [await get('gzip'), await get('identity'), await get('gzip;q=0, deflate')];
    assert.equal(compressed.headers.get('Content-Encoding'), 'gzip');
    assert.match(compressed.headers.get('Vary'), /accept-encoding/i);
    assert.ok(Number(compressed.headers.get('Content-Length')) < plain.text.length / 2);
    assert.equal(plain.headers.get('Content-Encoding'), null);
    assert.match(plain.headers.get('Vary'), /accept-encoding/i);
    assert.equal(refused.headers.get('Content-Encoding'), null);
    assert.deepEqual(compressed.body, plain.body);
});

test('a small answer is not compressed', async () => {
    const { client } = await signUp(server);
    const { headers } = await client.call('get_current_user', { headers: { 'Accept-Encoding': 'gzip' } });
    assert.equal(headers.get('Content-Encoding'), null);
});

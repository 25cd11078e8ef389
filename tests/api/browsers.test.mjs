import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from '../support/client.mjs';
import { implementedContract } from '../support/contract.mjs';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();
const Origin = 'https://app.example.org';

function names(header) {
    return header.toLowerCase().split(/\s*,\s*/);
}

test('OPTIONS is answered 204 on every path without a credential', async () => {
    const client = new Client(server);
    for (const { path, method } of implementedContract().operations) {
        const headers = {
            Origin,
            'Access-Control-Request-Method': method,
            'Access-Control-Request-Headers': 'authorization,content-type,idempotency-key',
        };
        const filled = path.replace(/\{[^}]+\}/g, '019df244-fa20-74ae-87b2-b94176a5dbcf');
        const answer = await client.request('OPTIONS', filled, { headers });
        assert.equal(answer.status, 204, path);
        assert.equal(answer.headers.get('Access-Control-Allow-Origin'), '*');
        assert.ok(names(answer.headers.get('Access-Control-Allow-Methods')).includes(method.toLowerCase()), path);
        const allowed = names(answer.headers.get('Access-Control-Allow-Headers'));
        for (const name of ['authorization', 'content-type', 'idempotency-key', 'x-request-id'])
            assert.ok(allowed.includes(name), name);
    }
    assert.equal((await client.request('OPTIONS', '/nowhere', { headers: { Origin } })).status, 204);
});

test('every answer may be read from every origin, with the headers that clients need', async () => {
    const { client } = await signUp(server);
    const answers = [
        await client.call('list_conversations', { headers: { Origin } }),
        await client.call('get_current_user', { headers: { Origin }, token: undefined }),
        await client.call('create_conversation', { headers: { Origin }, body: { title: 7 } }),
        await client.request('GET', '/nowhere', { headers: { Origin } }),
        await client.call('generate_chat_response', { headers: { Origin }, body: { message: 'Hello', stream: true } }),
    ];
    for (const { headers } of answers) {
        assert.equal(headers.get('Access-Control-Allow-Origin'), '*');
        const exposed = names(headers.get('Access-Control-Expose-Headers'));
        for (const name of ['x-request-id', 'link', 'retry-after', 'ratelimit', 'ratelimit-policy'])
            assert.ok(exposed.includes(name), name);
        assert.equal(headers.get('Access-Control-Allow-Credentials'), null);
        assert.equal(headers.get('Set-Cookie'), null);
    }
});

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test from 'node:test';
import { assertUuid7 } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

test('a UUID that the client sends is the id of the request, in answer, error and log', async () => {
    const id = crypto.randomUUID();
    const answer = await new Client(server).call('get_current_user', { headers: { 'X-Request-ID': id } });
    assert.equal(answer.headers.get('X-Request-ID'), id);
    assert.equal(answer.body.request_id, id);
    await server.logged(new RegExp(id));
});

test('anything else is replaced', async () => {
    const client = new Client(server);
    for (const sent of ['mine', '', `${crypto.randomUUID()}x`, '{"a":1}']) {
        const answer = await client.call('get_health', { headers: { 'X-Request-ID': sent } });
        assert.notEqual(answer.headers.get('X-Request-ID'), sent);
        assertUuid7(answer.headers.get('X-Request-ID'));
    }
});

test('two requests have two ids', async () => {
    const client = new Client(server);
    const ids = [await client.call('get_health'), await client.call('get_health')].map(({ headers }) =>
        headers.get('X-Request-ID'),
    );
    assert.notEqual(ids[0], ids[1]);
});

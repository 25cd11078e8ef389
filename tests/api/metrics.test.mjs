import assert from 'node:assert/strict';
import test from 'node:test';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const key = 'metrics-key-of-the-tests';
const server = useServer({ settings: { 'metrics-key': key } });

function read(headers) {
    return fetch(new URL('/metrics', server.url), { headers });
}

test('metrics count requests by operation and status', async () => {
    const { client } = await signUp(server);
    await client.expect(200, 'list_conversations');
    await client.call('list_conversations', { token: 'x' });
    const answer = await read({ Authorization: `Bearer ${key}` });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('Content-Type'), /^text\/plain/);
    const lines = (await answer.text()).split('\n').filter((line) => line.includes('list_conversations'));
    for (const status of ['200', '401']) {
        assert.ok(
            lines.some((line) => line.includes(`"${status}"`) && / 1(\.0)?$/.test(line)),
            `a 1 for ${status} in\n${lines.join('\n')}`,
        );
    }
});

test('no path, id or name of a user is in them', async () => {
    const { client, profile, username } = await signUp(server);
    const { id } = await client.expect(201, 'create_conversation');
    await client.expect(204, 'delete_conversation', { params: { conversation_id: id } });
    await client.request('GET', `/nowhere/${username}`);
    const text = await (await read({ Authorization: `Bearer ${key}` })).text();
    for (const secret of [id, profile.id, username, 'nowhere']) assert.ok(!text.includes(secret), secret);
});

test('without the key, or with a session, they are closed', async () => {
    const { tokens } = await signUp(server);
    for (const headers of [
        {},
        { Authorization: 'Bearer wrong' },
        { Authorization: `Bearer ${tokens.access_token}` },
        { Authorization: `Bearer ${key}x` },
    ]) {
        const answer = await read(headers);
        assert.ok([401, 403, 404].includes(answer.status), `${answer.status}`);
        assert.doesNotMatch(await answer.text(), /# (HELP|TYPE)/);
    }
});

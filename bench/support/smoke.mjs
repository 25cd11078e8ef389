// Before anything is loaded: all contestants answer the same, and refuse whom they have to.
import assert from 'node:assert/strict';
import { call } from './seed.mjs';

const unlike = ['id', 'created_at', 'updated_at']; // of a conversation that each makes itself

async function refusals(url, token) {
    const statuses = [];
    for (const authorization of [undefined, 'Bearer nonsense', `Bearer ${token.slice(0, -3)}AAA`]) {
        const headers = authorization ? { Authorization: authorization } : {};
        statuses.push((await fetch(`${url}/api/auth/me`, { headers })).status);
    }
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ title: 'x'.repeat(201) });
    statuses.push((await fetch(`${url}/api/core/conversations`, { method: 'POST', headers, body })).status);
    return statuses;
}

async function answers({ url, token }) {
    const key = await token();
    const profile = await call(url, key, 'GET', '/api/auth/me');
    const list = await call(url, key, 'GET', '/api/core/conversations?limit=20');
    const created = await call(url, key, 'POST', '/api/core/conversations', { title: 'Looked at' });
    const newest = await call(url, key, 'GET', '/api/core/conversations?limit=1');
    assert.deepEqual(newest.body[0], created.body, 'what was created is the newest of the list');
    for (const name of unlike) {
        assert.equal(typeof created.body[name], 'string', `${name} of a new conversation`);
        delete created.body[name];
    }
    return { profile, list, created, refused: await refusals(url, key) };
}

export async function check(contestants) {
    const [ours, ...peers] = contestants;
    const expected = await answers(ours);
    assert.equal(expected.list.body.length, 20);
    for (const status of expected.refused) assert.ok(status >= 400 && status < 500, `refused with ${status}`);
    for (const peer of peers) {
        const answered = await answers(peer);
        assert.deepEqual(answered.profile, expected.profile, `${peer.name}: profile`);
        assert.deepEqual(answered.list, expected.list, `${peer.name}: list`);
        assert.deepEqual(answered.created, expected.created, `${peer.name}: create`);
        for (const [index, status] of answered.refused.entries())
            assert.ok(status >= 400 && status < 500, `${peer.name}: refusal ${index} is ${status}`);
    }
}

import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { Client } from '../support/client.mjs';
import { signUpAdmin } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

test('without its data directory the service is down, and well again with it', async () => {
    const visitor = new Client(server);
    const { client: admin } = await signUpAdmin(server);
    const away = `${server.dataDirectory}.away`;
    fs.renameSync(server.dataDirectory, away);
    server.clock.advance({ seconds: 11 });
    assert.equal((await visitor.expect(503, 'get_health')).status, 'down');
    const { status, checks } = await admin.expect(503, 'get_detailed_health');
    assert.deepEqual([status, checks.storage.status], ['down', 'down']);
    assert.ok(!checks.storage.message.includes(server.directory), 'the message names no path');

    fs.renameSync(away, server.dataDirectory);
    server.clock.advance({ seconds: 11 });
    await visitor.expect(200, 'get_health');
    await admin.expect(200, 'get_detailed_health');
});

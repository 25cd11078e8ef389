import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test from 'node:test';
import { databaseKind } from '../support/server.mjs';
import { useServer } from '../support/setup.mjs';
import { checkAll, wideLimits, writeUntil } from './writers.mjs';

const server = useServer({ settings: wideLimits });
const rounds = databaseKind === 'sqlite' ? 20 : 5;
const everybody = [];

for (let round = 1; round <= rounds; round += 1) {
    test(`every acknowledged write outlives kill -9, round ${round}`, async () => {
        const acknowledged = crypto.randomInt(20, 200);
        const writers = await writeUntil(server, { acknowledged, breakIt: () => server.kill() });
        await server.start();
        await checkAll(writers);
        everybody.push(...writers);
    });
}

test('after all rounds every write of every round is there', async () => {
    assert.ok(everybody.length > 0);
    for (const writer of everybody) await writer.check();
});

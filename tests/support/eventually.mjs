import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

// Resolves as soon as a condition holds that another process brings about; fails where it never does.
export async function eventually(what, condition, { within = 10_000 } = {}) {
    const end = Date.now() + within;
    while (!(await condition())) {
        assert.ok(Date.now() < end, `not within ${within} ms: ${what}`);
        await delay(10);
    }
}

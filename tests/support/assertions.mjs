import assert from 'node:assert/strict';

const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function assertUuid7(text) {
    assert.match(text, uuid7);
}

export function assertError(answer, status, code) {
    assert.deepEqual([answer.status, answer.body?.detail?.error], [status, code], answer.text);
}

// A 400 with faults at exactly these places, in any order.
export function assertFaults(answer, fields) {
    assertError(answer, 400, 'validation_error');
    const found = answer.body.detail.errors.map(({ field }) => field);
    assert.deepEqual([...new Set(found)].sort(), [...fields].sort(), answer.text);
}

// How often each status came.
export function countStatuses(answers) {
    const counts = {};
    for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
}

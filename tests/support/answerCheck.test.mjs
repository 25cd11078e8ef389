import assert from 'node:assert/strict';
import test from 'node:test';
import { AnswerCheck } from './answerCheck.mjs';
import { implementedContract } from './contract.mjs';
import { coverageFaults } from './coverage.mjs';

const id = '019df249-8e05-7b33-b5e4-9f6091ed46d3';
const check = new AnswerCheck(implementedContract());

function answer({ headers, ...more } = {}) {
    const body = [];
    return {
        method: 'GET',
        path: '/api/core/conversations',
        credential: true,
        status: 200,
        text: JSON.stringify(body),
        ...more,
        headers: new Headers({
            'X-Request-ID': id,
            'Content-Type': 'application/json',
            'Cache-Control': 'no-store',
            'RateLimit-Policy': '"caller";q=1200;w=60',
            RateLimit: '"caller";r=1199;t=60',
            ...headers,
        }),
    };
}

function without(name, given = answer()) {
    given.headers.delete(name);
    return given;
}

function stream(text) {
    return answer({ method: 'POST', path: '/api/core/chat', text, headers: { 'Content-Type': 'text/event-stream' } });
}

const done = `event: done\ndata: {"content":"a","provider":"auto","model":"m","usage":null}\n\n`;

test('an answer that holds to the contract has no faults', () => {
    assert.deepEqual(check.faults(answer()), []);
    assert.deepEqual(check.faults(stream(`event: delta\ndata: {"content":"a"}\n\n${done}`)), []);
});

const broken = {
    'an undeclared status': answer({ status: 202 }),
    'a missing request id': without('X-Request-ID'),
    'a storable answer to a credential': without('Cache-Control'),
    'missing rate limits': without('RateLimit'),
    'malformed rate limits': answer({ headers: { RateLimit: 'r=3' } }),
    'an undeclared content type': answer({ headers: { 'Content-Type': 'text/plain' } }),
    'a body of another schema': answer({ text: '[{"id":"1"}]' }),
    'a body that is no JSON': answer({ text: '[' }),
    'a time without milliseconds': answer({
        text: JSON.stringify([
            {
                id,
                title: '',
                provider: 'auto',
                message_count: 0,
                last_message_at: null,
                created_at: '2026-05-04T09:15:00Z',
                updated_at: '2026-05-04T09:15:00.000Z',
            },
        ]),
    }),
    'a 401 without a challenge': answer({
        status: 401,
        text: JSON.stringify({ detail: { error: 'invalid_token', message: 'No.' }, request_id: id }),
    }),
    'a code that does not go with the status': answer({
        status: 403,
        text: JSON.stringify({ detail: { error: 'not_found', message: 'No.' }, request_id: id }),
    }),
    'an error with another request id': answer({
        status: 403,
        text: JSON.stringify({ detail: { error: 'forbidden', message: 'No.' }, request_id: id.replace('0', '1') }),
    }),
    'an unknown path that answers': answer({ path: '/api/nowhere' }),
    'a stream without an end': stream(`event: delta\ndata: {"content":"a"}\n\n`),
    'a stream with two ends': stream(done + done),
    'a stream with an undeclared event': stream(`event: note\ndata: {}\n\n${done}`),
    'a stream that stops within an event': stream(`${done}event: del`),
};

for (const [what, given] of Object.entries(broken)) {
    test(`${what} is a fault`, () => assert.notDeepEqual(check.faults(given), []));
}

test('coverage misses an answer that was never seen and a listed one that was', () => {
    const faults = coverageFaults(implementedContract(), new Set(['list_messages 403']), [
        { operation: 'list_messages', status: 403 },
    ]);
    assert.ok(faults.includes('list_messages never answered 200'));
    assert.ok(faults.some((fault) => fault.startsWith('list_messages answered 403: take it off')));
});

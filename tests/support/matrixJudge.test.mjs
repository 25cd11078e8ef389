import assert from 'node:assert/strict';
import test from 'node:test';
import { Contract, implementedContract, readMissingOperations } from './contract.mjs';
import { rowChanges } from './databaseRows.mjs';
import { matrixCases, outdatedThings, unknownThings } from './matrix/cases.mjs';
import { expectation } from './matrix/expectations.mjs';
import { faultsOf } from './matrix/judge.mjs';

const same = { before: new Set(['users {"id":"1"}']), after: new Set(['users {"id":"1"}']) };
const refusal = { status: 404, text: '{"detail":{"error":"not_found"}}', body: { detail: { error: 'not_found' } } };
const right = { expected: [404, 'not_found'], changing: false, answer: refusal, changes: same, hidden: [], owned: [] };

test('the judge finds nothing where all is as it should be', () => {
    assert.deepEqual(faultsOf(right), []);
    assert.deepEqual(faultsOf({ ...right, expected: undefined, answer: { status: 200, text: '[]' } }), []);
});

test('the judge finds another status and another code', () => {
    assert.deepEqual(faultsOf({ ...right, expected: [403, 'not_found'] }), [
        'answered 404 not_found instead of 403 not_found',
    ]);
    assert.deepEqual(faultsOf({ ...right, expected: [404, 'user_not_found'] }), [
        'answered 404 not_found instead of 404 user_not_found',
    ]);
    const answer = { status: 204, text: '' };
    assert.deepEqual(faultsOf({ ...right, answer }), ['answered 204 undefined instead of 404 not_found']);
    assert.equal(faultsOf({ ...right, expected: undefined }).length, 1);
});

test('the judge finds a row that was added, removed or changed', () => {
    for (const after of [['users {"id":"1"}', 'notes {"id":"2"}'], [], ['users {"id":"1","name":"x"}']])
        assert.notDeepEqual(faultsOf({ ...right, changes: { ...same, after: new Set(after) } }), []);
});

test("the judge lets somebody write its own rows, and nobody another's, however an id is written", () => {
    const id = '01a21044-bced-71a1-b5c7-368503626831';
    const write = (row) =>
        faultsOf({ ...right, changing: true, changes: { ...same, after: new Set([...same.after, row]) }, owned: [id] });
    assert.deepEqual(write('notes {"owner":"another"}'), []);
    assert.equal(write(`notes {"owner":"${id}"}`).length, 1);
    assert.equal(write(`notes {"owner":"${id.replaceAll('-', '').toUpperCase()}"}`).length, 1);
});

test('the judge finds what an answer tells', () => {
    const answer = { ...refusal, text: 'There is secret1234 here' };
    assert.deepEqual(faultsOf({ ...right, answer, hidden: ['secret1234', 'other'] }), ['told secret1234']);
});

test('a changed row is told with what it was and what it is', () => {
    assert.deepEqual(rowChanges(new Set(['a 1', 'b 1']), new Set(['a 2', 'b 1'])), ['- a 1', '+ a 2']);
});

function contractWith(operation, path = '/api/things') {
    const responses = { 200: { description: '' } };
    return new Contract({ paths: { [path]: { post: { operationId: 'do_it', responses, ...operation } } } });
}

const body = (schema) => ({ requestBody: { content: { 'application/json': { schema } } } });

test('an operation that comes later is covered without a word', () => {
    const [added] = matrixCases(contractWith({ 'x-scope': 'things:write' }));
    assert.equal(added.of, 'own');
    assert.deepEqual(expectation({ credential: 'key', scopes: ['things:read'] }, added), [
        403,
        'INSUFFICIENT_API_KEY_SCOPE',
    ]);
    assert.deepEqual(expectation({ credential: 'token', scopes: ['things:write'] }, added), [403, 'forbidden']);
});

test('an id that the matrix does not know, in a path, a body or a query, fails the run', () => {
    const told = (operation, path) => unknownThings(contractWith(operation, path)).length;
    assert.equal(told({ 'x-scope': 'x' }, '/api/things/{thing_id}'), 1);
    assert.equal(told({ 'x-scope': 'x' }, '/api/things/{name}/parts/{part}'), 2);
    assert.equal(told({ 'x-scope': 'x', ...body({ properties: { thing_id: {}, title: {} } }) }), 1);
    assert.equal(told({ 'x-scope': 'x', ...body({ allOf: [{ properties: { thingIds: {} } }] }) }), 1);
    assert.equal(told({ 'x-scope': 'x', parameters: [{ in: 'query', name: 'tenantId' }] }), 1);
    assert.equal(told({ 'x-scope': 'x' }, '/api/organizations/{org_id}/things'), 1);
    assert.equal(told({ 'x-public': true }, '/api/things/{thing_id}'), 0);
});

test('the tables say nothing of operations that are not there', () => {
    const implemented = implementedContract().operations.map(({ id }) => id);
    assert.deepEqual(outdatedThings([...implemented, ...readMissingOperations()]), []);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertFaults } from '../support/assertions.mjs';
import { freshAddress } from '../support/client.mjs';
import { implementedContract } from '../support/contract.mjs';
import { allProperties } from '../support/matrix/cases.mjs';
import { signUpAdmin } from '../support/people.mjs';
import { sampleRequest } from '../support/samples.mjs';
import { useServer } from '../support/setup.mjs';
import { violations } from '../support/violations.mjs';

// What every operation's form refuses, by its own schemas: each fault is told at its place. The things that
// the requests name are not there: the form is looked at before them.
const server = useServer({ settings: { 'limits.chat': 100_000, 'limits.caller': 100_000 } });
const contract = implementedContract();
const resolve = (node) => contract.resolve(node);

let admin;
const someone = async () => (await (admin ??= signUpAdmin(server))).client;

async function assertFault(operation, request, field, what) {
    const client = await someone();
    const answer = await client.call(operation.id, { ...request, address: freshAddress() });
    assert.equal(answer.status, 400, `${field} is ${what}: ${answer.status} ${answer.text}`);
    const fields = answer.body.detail.errors.map((fault) => fault.field);
    const told = fields.some((place) => place === field || place.startsWith(`${field}/`));
    assert.ok(told, `${field} is ${what}: ${answer.text}`);
}

// A value as a query has it; undefined where every text is one.
const inQuery = (value) => (typeof value === 'object' ? undefined : String(value));

for (const operation of contract.operations) {
    const parameters = (operation.definition.parameters ?? []).map(resolve);
    const sample = sampleRequest(operation);

    for (const { name, schema } of parameters.filter((parameter) => parameter.in === 'path')) {
        test(`${operation.id} looks for no malformed ${name}`, async () => {
            for (const [what, value] of violations(schema, resolve)) {
                if (typeof value !== 'string' || value === '') continue; // every path is text
                await assertFault(operation, { ...sample, params: { ...sample.params, [name]: value } }, name, what);
            }
        });
    }

    for (const { name, schema } of parameters.filter((parameter) => parameter.in === 'query')) {
        test(`${operation.id} takes no wrong ${name}`, async () => {
            const isText = [resolve(schema).type].flat().includes('string');
            for (const [what, value] of violations(schema, resolve)) {
                const text = isText && typeof value !== 'string' ? undefined : inQuery(value);
                if (text === undefined || text === 'null') continue;
                await assertFault(operation, { ...sample, query: { ...sample.query, [name]: text } }, name, what);
            }
            const others = Object.entries(sample.query ?? {}).filter(([other]) => other !== name);
            const twice = [...others, [name, '1'], [name, '1']];
            const client = await someone();
            assertFaults(await client.call(operation.id, { ...sample, query: twice }), [name]);
        });
    }

    const content = operation.definition.requestBody?.content['application/json'];
    for (const [name, schema] of Object.entries(content ? allProperties(contract, content.schema) : {})) {
        test(`${operation.id} takes no wrong ${name} in its body`, async () => {
            for (const [what, value] of violations(schema, resolve)) {
                const body = { ...sample.body, [name]: value };
                await assertFault(operation, { ...sample, body }, `/${name}`, what);
            }
        });
    }
}

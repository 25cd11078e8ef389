import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { useConnector } from '../support/connecting.mjs';
import { implementedContract } from '../support/contract.mjs';
import { DatabaseRows } from '../support/databaseRows.mjs';
import { matrixCases, unknownThings } from '../support/matrix/cases.mjs';
import {
    confined,
    ended,
    lackingScope,
    makeCredentials,
    members,
    outsiders,
    refusedAtTheDoor,
} from '../support/matrix/personas.mjs';
import { Tries } from '../support/matrix/tries.mjs';
import { World } from '../support/matrix/world.mjs';

// Every guarded operation of the document, tried by everybody who must not do it, or must not see or change another's
// by it. tests/support/matrix has who tries, what each asks for, and what each gets.
const { mock, server } = await useConnector();
const contract = implementedContract();
const unknown = unknownThings(contract);

test('the matrix knows what every id names and which role every operation takes', () => {
    assert.deepEqual(unknown, []);
});

const cases = unknown.length > 0 ? [] : matrixCases(contract);
const onePerOperation = cases.filter(({ name, operation }) => name === operation.id);

let stage;

// The world of all tests here, made by the first of them.
function prepare() {
    return (stage ??= (async () => {
        const world = await World.make(server, mock);
        const credentials = await makeCredentials(world);
        for (const each of cases) await each.request(world, world.owner); // all that there is to find is there
        return { credentials, tries: new Tries(world, new DatabaseRows(server)) };
    })());
}

after(async () => (await stage)?.tries.rows.close());

async function assertNoFaults(persona, its) {
    assert.ok(its.length > 0);
    const { tries } = await prepare();
    assert.deepEqual(await tries.faults(persona, its), []);
}

test('nobody gets in without a credential, or by one that is no good or in the wrong place', async (context) => {
    const { credentials } = await prepare();
    for (const persona of refusedAtTheDoor(credentials))
        await context.test(persona.name, () => assertNoFaults(persona, onePerOperation));
});

for (const persona of [...ended, ...lackingScope(contract)]) {
    test(`${persona.name} opens nothing`, () => assertNoFaults(persona, onePerOperation));
}

for (const persona of [...outsiders(contract), ...confined(contract)]) {
    test(`to ${persona.name} what is another's is not there`, () => assertNoFaults(persona, cases));
}

for (const persona of members()) {
    test(`${persona.name} may do no more`, () => assertNoFaults(persona, cases));
}

test("after all that the owner's credentials and things are as they were", async () => {
    const { credentials, tries } = await prepare();
    const { client } = tries;
    const { session, key, token } = credentials;
    await client.expect(200, 'get_current_user', { token: session.live });
    await client.expect(200, 'list_conversations', { apiKey: key.live });
    await client.expect(200, 'get_current_user', { token: token.live });
    for (const each of onePerOperation.filter(({ of, operation }) => of !== 'own' && operation.method === 'GET')) {
        const request = await each.request(tries.world, tries.world.owner);
        await client.expect(200, each.operation.id, { ...request, token: session.live });
    }
});

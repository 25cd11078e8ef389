import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { Client } from '../support/client.mjs';
import { useConnector } from '../support/connecting.mjs';
import { implementedContract } from '../support/contract.mjs';
import { DatabaseRows, rowChanges } from '../support/databaseRows.mjs';
import { smuggled, withMore } from '../support/matrix/carriers.mjs';
import { matrixCases } from '../support/matrix/cases.mjs';
import { answersOfTheirOwn, writesNothing } from '../support/matrix/expectations.mjs';
import { faultsOf } from '../support/matrix/judge.mjs';
import { permitted } from '../support/matrix/personas.mjs';
import { World } from '../support/matrix/world.mjs';
import { sampleRequest } from '../support/samples.mjs';

// The requests of the tenant matrix, sent by those who may: what the matrix sees refused is refused for who asks, and
// would have changed something.
const { mock, server } = await useConnector();
const contract = implementedContract();
let rows;
const allRows = () => (rows ??= new DatabaseRows(server)).read();
after(() => rows?.close());

// A world that lasts, for operations that can be done again: an organization's key pair takes a while to be made.
let lasting;
const canBeDoneAgain = ({ method, definition }) => method === 'GET' || definition.tags.includes('Integration Tokens');
const worldFor = (operation) =>
    canBeDoneAgain(operation) ? (lasting ??= World.make(server, mock)) : World.make(server, mock);

for (const each of matrixCases(contract).filter(({ of }) => !['none', 'elsewhere'].includes(of))) {
    const { name, operation } = each;
    const personas = permitted(contract, each);

    test(`${name} is for ${personas.map((persona) => persona.name).join(', ')}`, async () => {
        assert.ok(personas.length > 0);
        for (const persona of personas) {
            const world = await worldFor(operation);
            const { who, more } = await persona.make(world, operation);
            const request = withMore(await each.request(world, who), more);
            const before = await allRows();
            const answer = await new Client(server).call(operation.id, request);
            const [status, code] = answersOfTheirOwn[operation.id] ?? [];
            assert.equal(answer.status < 400 ? undefined : answer.status, status, `${persona.name}: ${answer.text}`);
            assert.equal(answer.body?.detail?.error, code);
            if (operation.method !== 'GET' && !code && !writesNothing.includes(operation.id))
                assert.notDeepEqual(rowChanges(before, await allRows()), []);
        }
    });
}

test('no public operation tells or changes what is not public, whatever else comes with it', async () => {
    const world = await World.make(server, mock);
    await world.conversation();
    for (const operation of contract.operations.filter(({ isPublic }) => isPublic)) {
        const request = withMore(sampleRequest(operation), await smuggled(world, {}));
        const before = await allRows();
        const answer = await new Client(server).call(operation.id, request);
        const changes = { before, after: await allRows() };
        const { secret, inside, ids } = world;
        const found = faultsOf({
            expected: undefined,
            changing: true,
            answer: { ...answer, status: 200 },
            changes,
            hidden: [secret, inside, ...ids],
            owned: ids,
        });
        assert.deepEqual(found, [], operation.id);
    }
});

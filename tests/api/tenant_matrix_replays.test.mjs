import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test from 'node:test';
import { assertError } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { useConnector } from '../support/connecting.mjs';
import { implementedContract } from '../support/contract.mjs';
import { withMore } from '../support/matrix/carriers.mjs';
import { matrixCases } from '../support/matrix/cases.mjs';
import { expectation } from '../support/matrix/expectations.mjs';
import { members } from '../support/matrix/personas.mjs';
import { World } from '../support/matrix/world.mjs';
import { removeMember, signUp } from '../support/people.mjs';

// An answer that is kept for an Idempotency-Key is for who got it, and only as long as that one may still ask.
const { mock, server } = await useConnector();
const contract = implementedContract();

const takesKey = ({ definition }) =>
    definition.parameters?.some((parameter) => contract.resolve(parameter).name === 'Idempotency-Key');
const cases = matrixCases(contract).filter(({ operation }) => takesKey(operation));
const admin = members().find(({ role, credential }) => role === 'admin' && credential === 'session');

let theWorld;

async function makeStage(each, persona) {
    const world = await (theWorld ??= World.make(server, mock));
    const { who, more } = await persona.make(world, each.operation);
    const request = { ...withMore(await each.request(world, who), more), idempotencyKey: crypto.randomUUID() };
    const client = new Client(server);
    const send = (changes = {}) => client.call(each.operation.id, { ...request, ...changes });
    const first = await send();
    assert.ok(first.status < 300, first.text);
    return { world, who, send, first };
}

for (const each of cases.filter(({ of, least }) => of === 'organization' && least === 'admin')) {
    test(`${each.name} is not repeated to who lost the role, or the membership`, async () => {
        const { world, who, send, first } = await makeStage(each, admin);
        assert.equal((await send()).status, first.status);
        const params = { org_id: world.organization.id, target_user_id: who.profile.id };
        await world.owner.client.expect(200, 'update_organization_member_role', { params, body: { role: 'member' } });
        assertError(await send(), 403, 'forbidden');
        await removeMember(world.owner, world.organization, who);
        assertError(await send(), 404, 'not_found');
    });
}

for (const each of cases.filter(({ of, operation }) => operation.definition['x-admin'] !== true)) {
    const owner = { name: 'the owner', credential: 'session', role: 'owner', owner: true };
    if (expectation(owner, each)) continue;
    test(`${each.name} is not repeated to somebody else`, async () => {
        const { world, send, first } = await makeStage(each, {
            ...owner,
            make: ({ owner: who }) => ({ who, more: { headers: { Authorization: `Bearer ${who.client.token}` } } }),
        });
        const stranger = await signUp(server);
        const answer = await send({ headers: { Authorization: `Bearer ${stranger.client.token}` } });
        const [status, code] = expectation({ credential: 'session' }, each) ?? [];
        if (status) return assertError(answer, status, code);
        assert.notEqual(answer.text, first.text);
        for (const hidden of [world.secret, world.inside, ...world.ids]) assert.ok(!answer.text.includes(hidden));
        return undefined;
    });
}

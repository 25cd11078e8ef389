import { Client, freshAddress } from '../client.mjs';
import { smuggled, withMore } from './carriers.mjs';
import { answersOfTheirOwn, expectation } from './expectations.mjs';
import { faultsOf } from './judge.mjs';
import { platformAdminMay } from './things.mjs';

// Tries cases as personas against a world, each with all rows of its database read before and after.
export class Tries {
    #made = new Map();

    constructor(world, rows) {
        this.world = world;
        this.rows = rows;
        this.client = new Client(world.server);
    }

    // What is wrong with how each case is answered to a persona, as sentences. Someone who is not refused at the door
    // has what is the owner's in all places of each request beside its own credential.
    async faults(persona, cases) {
        const all = [];
        for (const each of cases) {
            const found = await this.#faultsOfCase(persona, each);
            all.push(...found.map((fault) => `${each.name}, as ${persona.name}: ${fault}`));
        }
        return all;
    }

    async #faultsOfCase(persona, each) {
        const { world } = this;
        const { operation } = each;
        const expected = expectation(persona, each);
        const writes = operation.method !== 'GET';
        const has = persona.owner || persona.role || (persona.platform && platformAdminMay.includes(operation.id));
        if (!expected && has && writes) return []; // who may write is tried elsewhere, in worlds of its own
        // What somebody writes on its own may be its end, so each such case has a new one.
        const { who, more } = await this.#bring(persona, operation, !expected && writes);
        const carried = persona.door ? more : mergeHeaders(await smuggled(world, persona), more);
        const request = withMore(await each.request(world, who), carried);
        const before = await this.rows.read();
        const answer = await this.client.call(operation.id, { ...request, address: freshAddress() });
        const after = await this.rows.read();
        return [
            ...faultsOf({
                expected: expected ?? answersOfTheirOwn[operation.id],
                changing: !expected,
                answer,
                changes: { before, after },
                hidden: this.#hidden(persona, expected, each),
                owned: world.ids,
            }),
            ...(each.of === 'judgement' && !expected && !persona.role && answer.body.valid !== false
                ? ['a foreign token is judged as valid']
                : []),
        ];
    }

    async #bring(persona, operation, anew) {
        if (anew) return persona.make(this.world, operation);
        const name = `${persona.name} ${persona.varies?.(operation)}`;
        if (!this.#made.has(name)) this.#made.set(name, await persona.make(this.world, operation));
        return this.#made.get(name);
    }

    #hidden(persona, expected, { operation, of }) {
        const { secret, inside, ids, organization } = this.world;
        if (expected) return persona.role ? [secret] : [secret, inside, ...ids];
        if (persona.platform && (platformAdminMay.includes(operation.id) || operation.definition['x-admin'])) return [];
        if (of === 'judgement') return [secret, inside]; // the ids are in the token that was sent
        if (persona.owner) return [organization.id, inside];
        return persona.role ? [secret] : [secret, inside, ...ids];
    }
}

function mergeHeaders(under, over) {
    return { ...under, headers: { ...under.headers, ...over.headers } };
}

import { Client, freshAddress } from '../client.mjs';
import { smuggled, withMore } from './carriers.mjs';
import { answersOfTheirOwn, expectation } from './expectations.mjs';
import { faultsOf } from './judge.mjs';
import { platformAdminMay } from './things.mjs';

// Tries cases as personas against a world, with all rows of its database read before and after.
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
        const allowed = (each) => !expectation(persona, each);
        const reads = ({ operation }) => operation.method === 'GET';
        const all = [
            ...(await this.#faultsTogether(
                persona,
                cases.filter((each) => !allowed(each)),
            )),
            ...(await this.#faultsTogether(
                persona,
                cases.filter((each) => allowed(each) && reads(each)),
            )),
        ];
        if (persona.owner || persona.role) return all; // what these may write is tried elsewhere, in worlds of its own
        for (const each of cases.filter((one) => allowed(one) && !reads(one))) {
            if (persona.platform && platformAdminMay.includes(each.operation.id)) continue; // tried there as well
            all.push(...(await this.#faultsOfCase(persona, each)));
            await this.#leave(persona, each.operation);
        }
        return all;
    }

    // All at once between two readings, and one by one only where something is wrong, to name what it is.
    async #faultsTogether(persona, cases) {
        const requests = [];
        for (const each of cases) requests.push(await this.#requestOf(persona, each));
        const before = await this.rows.read();
        const answers = await Promise.all(requests.map((request, at) => this.#send(cases[at].operation, request)));
        const after = await this.rows.read();
        const all = answers.flatMap((answer, at) => this.#judge(persona, cases[at], answer, { before, after }));
        if (all.length === 0) return [];
        const named = [];
        for (const each of cases) named.push(...(await this.#faultsOfCase(persona, each)));
        return named.length > 0 ? named : all;
    }

    async #faultsOfCase(persona, each) {
        const request = await this.#requestOf(persona, each);
        const before = await this.rows.read();
        const answer = await this.#send(each.operation, request);
        return this.#judge(persona, each, answer, { before, after: await this.rows.read() });
    }

    async #requestOf(persona, each) {
        const { who, more } = await this.#bring(persona, each.operation);
        const carried = persona.door ? more : mergeHeaders(await smuggled(this.world, persona), more);
        return withMore(await each.request(this.world, who), carried);
    }

    #send(operation, request) {
        return this.client.call(operation.id, { ...request, address: freshAddress() });
    }

    #judge(persona, each, answer, changes) {
        const expected = expectation(persona, each);
        const found = faultsOf({
            expected: expected ?? answersOfTheirOwn[each.operation.id],
            changing: !expected,
            answer,
            changes,
            hidden: this.#hidden(persona, expected, each),
            owned: this.world.ids,
        });
        const misjudged = each.of === 'judgement' && !expected && !persona.role && answer.body.valid !== false;
        return [...found, ...(misjudged ? ['a foreign token is judged as valid'] : [])].map(
            (fault) => `${each.name}, as ${persona.name}: ${fault}`,
        );
    }

    #nameOf(persona, operation) {
        return `${persona.name} ${persona.varies?.(operation)}`;
    }

    async #bring(persona, operation) {
        const name = this.#nameOf(persona, operation);
        if (!this.#made.has(name)) this.#made.set(name, await persona.make(this.world, operation));
        return this.#made.get(name);
    }

    // What somebody wrote on its own may have been its end: then the next case has a new one.
    async #leave(persona, operation) {
        const name = this.#nameOf(persona, operation);
        const { status } = await this.client.call('get_current_user', this.#made.get(name).more);
        if (status === 401) this.#made.delete(name);
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

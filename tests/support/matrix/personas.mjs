import { makeKey, makeOrganization, removeMember, signUpAdmin } from '../people.mjs';
import { carriers } from './carriers.mjs';
import { expectation } from './expectations.mjs';
import { platformAdminMay } from './things.mjs';
import { origin } from './world.mjs';

// Everybody who tries. What a persona says of itself is in expectations.mjs; `make(world, operation)` brings one:
//   who   the person, for what it asks for of its own
//   more  what its requests carry as credential
// `varies(operation)` names the parts in which one differs by operation; one is made for each.

const bearer = (token, headers = {}) => ({ headers: { Authorization: `Bearer ${token}`, ...headers } });
const keyed = (key) => ({ headers: { 'X-API-Key': key } });
const asSession = (person) => ({ who: person, more: bearer(person.client.token) });

// Somebody whose key is confined to one organization.
const within = (person, organization) => ({ ...person, organization });

const allGrantScopes = (contract) => contract.document.components.schemas.IntegrationGrantScope?.enum ?? [];
const allKeyScopes = (contract) => contract.document.components.schemas.ApiKeyScope.enum;

// Those who are refused whatever they ask for: nobody, and the owner's own credentials where they are no good, or
// carried as they must not be.
export function refusedAtTheDoor(dead) {
    const personas = [
        { name: 'nobody', door: [401, 'not_authenticated'], make: ({ owner }) => ({ who: owner, more: {} }) },
    ];
    for (const kind of ['session', 'key', 'token']) {
        for (const state of ['live', 'expired', 'revoked']) {
            for (const [carrier, carry] of Object.entries(carriers)) {
                const door = doorOf(kind, state, carrier);
                if (!door) continue;
                personas.push({
                    name: `${state} ${kind} by ${carrier}`,
                    door,
                    make: ({ owner }) => ({ who: owner, more: carry(dead[kind][state]) }),
                });
            }
        }
    }
    return personas;
}

function doorOf(kind, state, carrier) {
    if (!['Authorization', 'X-API-Key'].includes(carrier)) return [401, 'not_authenticated'];
    if ((carrier === 'X-API-Key') !== (kind === 'key'))
        return [401, carrier === 'X-API-Key' ? 'invalid_api_key' : 'invalid_token'];
    if (state === 'live') return undefined;
    if (kind === 'key') return [401, 'invalid_api_key'];
    return [401, state === 'expired' ? 'token_expired' : 'invalid_token'];
}

// The owner's credentials, live, expired and revoked. Moves the clock.
export async function makeCredentials(world) {
    const { owner, server } = world;
    const key = (more) => makeKey(owner, ['api:admin'], { organization_id: world.organization.id, ...more });
    const soon = new Date(server.clock.now().getTime() + 60_000).toISOString();
    const expired = {
        session: owner.client.token,
        key: (await key({ expires_at: soon })).key,
        token: (await world.newGrant({ ttlSeconds: 30 })).token,
    };
    server.clock.advance({ seconds: 901 });
    await world.logInAgain();
    const revoked = { session: owner.client.token, key: await key(), token: await world.newGrant({ ttlSeconds: 600 }) };
    await owner.client.expect(204, 'delete_api_key', { params: { key_id: revoked.key.id } });
    await owner.client.expect(200, 'revoke_integration_token', { body: { integrationToken: revoked.token.token } });
    await owner.client.expect(200, 'logout_user');
    await world.logInAgain();
    const live = { session: owner.client.token, key: (await world.key()).key, token: (await world.grant()).token };
    const of = (kind, read) => ({ live: live[kind], expired: expired[kind], revoked: read(revoked[kind]) });
    return {
        session: of('session', (token) => token),
        key: of('key', ({ key: secret }) => secret),
        token: of('token', ({ token }) => token),
    };
}

// Those who were let in once: what they had stopped with their membership, organization or account.
export const ended = [
    {
        name: 'key of a removed member',
        door: [401, 'invalid_api_key'],
        make: async (world) => {
            const person = await world.memberAs('admin');
            const { key } = await makeKey(person, ['api:admin'], { organization_id: world.organization.id });
            await removeMember(world.owner, world.organization, person);
            return { who: person, more: keyed(key) };
        },
    },
    {
        name: 'integration token of a removed member',
        door: [401, 'invalid_token'],
        make: async (world) => {
            const person = await world.memberAs('admin');
            const { token } = await grant(person, world.organization);
            await removeMember(world.owner, world.organization, person);
            return { who: person, more: bearer(token) };
        },
    },
    {
        name: 'key of a deleted organization',
        door: [401, 'invalid_api_key'],
        make: async ({ owner }) => {
            const organization = await makeOrganization(owner);
            const { key } = await makeKey(owner, ['api:admin'], { organization_id: organization.id });
            await owner.client.expect(204, 'delete_organization', { params: { org_id: organization.id } });
            return { who: owner, more: keyed(key) };
        },
    },
    {
        name: 'integration token of a deleted organization',
        door: [401, 'invalid_token'],
        make: async ({ owner }) => {
            const organization = await makeOrganization(owner);
            const { token } = await grant(owner, organization);
            await owner.client.expect(204, 'delete_organization', { params: { org_id: organization.id } });
            return { who: owner, more: bearer(token) };
        },
    },
    ...['session', 'key', 'token'].map((kind) => ({
        name: `${kind} of a deactivated account`,
        door: [401, kind === 'key' ? 'invalid_api_key' : 'invalid_token'],
        make: async (world) => {
            const person = await world.memberAs('owner');
            const credential = {
                session: async () => bearer(person.client.token),
                key: async () =>
                    keyed((await makeKey(person, ['api:admin'], { organization_id: world.organization.id })).key),
                token: async () => bearer((await grant(person, world.organization)).token),
            };
            const more = await credential[kind]();
            await world.server.admin('deactivate-user', person.username);
            return { who: person, more };
        },
    })),
    {
        name: 'integration token from another origin',
        door: [403, 'wrong_origin'],
        make: async (world) => ({
            who: world.owner,
            more: bearer((await world.grant()).token, { Origin: 'https://thief.example.com' }),
        }),
    },
    {
        name: 'integration token for a page without an origin',
        door: [403, 'wrong_origin'],
        make: async (world) => ({ who: world.owner, more: bearer((await world.newGrant({ mode: 'embed' })).token) }),
    },
];

async function grant(person, organization, scopes = ['profile:read']) {
    const body = { mode: 'api', origin, scopes, ttlSeconds: 900, tenantId: organization.id };
    return person.client.expect(201, 'issue_integration_grant', { body });
}

// The owner's own credentials with every right but the one that the operation takes.
export function lackingScope(contract) {
    const allBut = (scopes, missing) => scopes.filter((scope) => scope !== missing && scope !== 'api:admin');
    const keyScopes = ({ definition }) => allBut(allKeyScopes(contract), definition['x-scope']);
    const grantScopes = ({ definition }) => allBut(allGrantScopes(contract), definition['x-grant-scope']);
    return [
        {
            name: 'key without the scope',
            credential: 'key',
            owner: true,
            scopes: keyScopes,
            varies: ({ definition }) => definition['x-scope'],
            make: async (world, operation) => {
                const { key } = await makeKey(world.owner, keyScopes(operation), {
                    organization_id: world.organization.id,
                });
                return { who: within(world.owner, world.organization), more: keyed(key) };
            },
        },
        {
            name: 'integration token without the scope',
            credential: 'token',
            owner: true,
            scopes: grantScopes,
            varies: ({ definition }) => definition['x-grant-scope'],
            make: async (world, operation) => {
                const { token } = await grant(world.owner, world.organization, grantScopes(operation));
                return { who: world.owner, more: bearer(token) };
            },
        },
    ];
}

// Those to whom the organization and what is in it are absent. Each has an organization and rights of its own.
export function outsiders(contract) {
    const stranger = async (world) => {
        const person = await world.outsider();
        return { person, organization: await makeOrganization(person) };
    };
    return [
        {
            name: 'another user',
            credential: 'session',
            make: async (world) => asSession(await world.outsider()),
        },
        {
            name: 'a member of another organization',
            credential: 'session',
            make: async (world) => asSession((await stranger(world)).person),
        },
        {
            name: 'a key of another organization',
            credential: 'key',
            scopes: ['api:admin'],
            make: async (world) => {
                const { person, organization } = await stranger(world);
                const { key } = await makeKey(person, ['api:admin'], { organization_id: organization.id });
                return { who: within(person, organization), more: keyed(key) };
            },
        },
        {
            name: 'an integration token of another tenant',
            credential: 'token',
            scopes: allGrantScopes(contract),
            make: async (world) => {
                const { person, organization } = await stranger(world);
                return {
                    who: person,
                    more: bearer((await grant(person, organization, allGrantScopes(contract))).token),
                };
            },
        },
        {
            name: 'a removed member',
            credential: 'session',
            make: async (world) => {
                const person = await world.memberAs('admin');
                await removeMember(world.owner, world.organization, person);
                return asSession(person);
            },
        },
        {
            name: 'a platform admin',
            credential: 'session',
            platform: true,
            make: async ({ server }) => asSession(await signUpAdmin(server)),
        },
    ];
}

// The owner's own credentials of another organization: the owner's things are open to them, the organization is not.
export function confined(contract) {
    return [
        {
            name: "the owner's key of another organization",
            credential: 'key',
            owner: true,
            scopes: ['api:admin'],
            make: async (world) => {
                const organization = await world.secondOrganization();
                const { key } = await makeKey(world.owner, ['api:admin'], { organization_id: organization.id });
                return { who: within(world.owner, organization), more: keyed(key) };
            },
        },
        {
            name: "the owner's integration token of another organization",
            credential: 'token',
            owner: true,
            scopes: allGrantScopes(contract),
            make: async (world) => {
                const organization = await world.secondOrganization();
                const { token } = await grant(world.owner, organization, allGrantScopes(contract));
                return { who: world.owner, more: bearer(token) };
            },
        },
    ];
}

// Members with a role, and keys that they made while it was higher.
export function members() {
    return ['member', 'instructor', 'admin'].flatMap((role) => [
        {
            name: `a member with the role ${role}`,
            credential: 'session',
            role,
            make: async (world) => asSession(await world.memberAs(role)),
        },
        {
            name: `a key whose maker has only the role ${role} now`,
            credential: 'key',
            scopes: ['api:admin'],
            role,
            make: async (world) => {
                const person = await world.memberAs('owner');
                const { key } = await makeKey(person, ['api:admin'], { organization_id: world.organization.id });
                const params = { org_id: world.organization.id, target_user_id: person.profile.id };
                await world.owner.client.expect(200, 'update_organization_member_role', { params, body: { role } });
                return { who: within(person, world.organization), more: keyed(key) };
            },
        },
    ]);
}

// Those who may do a case: they show that its request is one that does something.
export function permitted(contract, each) {
    const all = [...owners(contract), ...special.filter(({ concerns }) => concerns(each))];
    const its =
        each.of === 'organization' ? [...all, ...members().filter(({ credential }) => credential === 'session')] : all;
    return its.filter((persona) => !expectation(persona, each));
}

function owners(contract) {
    const owner = { owner: true, role: 'owner' };
    return [
        { ...owner, name: 'the owner', credential: 'session', make: (world) => asSession(world.owner) },
        {
            ...owner,
            name: "the owner's key",
            credential: 'key',
            scopes: ['api:admin'],
            make: async (world) => {
                const { key } = await makeKey(world.owner, ['api:admin'], { organization_id: world.organization.id });
                return { who: within(world.owner, world.organization), more: keyed(key) };
            },
        },
        {
            ...owner,
            name: "the owner's integration token",
            credential: 'token',
            scopes: allGrantScopes(contract),
            make: async (world) => {
                const { token } = await grant(world.owner, world.organization, allGrantScopes(contract));
                return { who: world.owner, more: bearer(token) };
            },
        },
    ];
}

const special = [
    {
        name: 'whoever is invited',
        credential: 'session',
        invited: true,
        concerns: ({ of }) => of === 'invitation',
        make: async (world) => asSession(await world.outsider({ email: (await world.invitation()).email })),
    },
    {
        name: 'a platform admin',
        credential: 'session',
        platform: true,
        concerns: ({ operation }) => operation.definition['x-admin'] || platformAdminMay.includes(operation.id),
        make: async ({ server }) => asSession(await signUpAdmin(server)),
    },
];

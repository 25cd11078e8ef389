import crypto from 'node:crypto';
import { makeOrganization } from '../people.mjs';
import { sampleRequest } from '../samples.mjs';
import { origin } from './world.mjs';
import { givenThings, impliedThings, leastRoles, pathThings, roles, variants } from './things.mjs';

// Well-formed requests that do something where the caller may, as `who` sends them with nothing of anybody else's.
const requests = {
    update_current_user: () => ({ full_name: 'Changed' }),
    delete_current_user: (who) => ({ current_password: who.password }),
    create_api_key: (who) => ({
        name: 'Made',
        organization_id: who.profile.default_organization_id,
        scopes: ['quiz:read'],
    }),
    update_conversation: () => ({ title: 'Changed' }),
    create_google_calendar_event: () => ({
        title: 'Made',
        starts_at: '2026-05-05T16:00:00Z',
        ends_at: '2026-05-05T17:00:00Z',
    }),
    create_organization: () => ({ name: 'Made' }),
    update_organization: () => ({ description: 'Changed' }),
    add_organization_member: async (who, world) => ({ user_id: (await world.newcomer()).profile.id }),
    update_organization_member: () => ({ team: 'Changed' }),
    update_organization_member_role: () => ({ role: 'instructor' }),
    create_organization_invitation: () => ({ email: 'somebody@example.com' }),
    accept_invitation: async (who, world) => ({ token: (await world.invitationFor(who)).token }),
    issue_integration_grant: () => ({ mode: 'api', origin, scopes: ['profile:read'] }),
    verify_integration_token: () => ({ token: 'no.token.atall' }),
    revoke_integration_token: (who) => ({
        tenantId: who.organization?.id ?? who.profile.default_organization_id,
        jti: crypto.randomUUID(),
    }),
    rotate_integration_token: () => ({ mode: 'api', origin, scopes: ['profile:read'] }),
};

const isThing = /(^|_)(id|ids|jti|token)$|(Id|Ids|Jti|Token)$/;

// Where an operation takes ids and secrets: [{ name, place }] for its body and its query.
function givenNames(contract, { definition }) {
    const content = Object.values(definition.requestBody?.content ?? {})[0];
    const body = Object.keys(content ? allProperties(contract, content.schema) : {});
    const query = (definition.parameters ?? [])
        .map((parameter) => contract.resolve(parameter))
        .filter((parameter) => parameter.in === 'query')
        .map(({ name }) => name);
    return [
        ...body.map((name) => ({ name, place: 'body' })),
        ...query.map((name) => ({ name, place: 'query' })),
    ].filter(({ name }) => isThing.test(name));
}

export function allProperties(contract, schema) {
    const { properties = {}, allOf = [], anyOf = [], oneOf = [] } = contract.resolve(schema);
    const parts = [...allOf, ...anyOf, ...oneOf].map((part) => allProperties(contract, part));
    return Object.assign({}, ...parts, properties);
}

// The ids of a path, each with the path up to it: [[name, place]].
function pathPlaces({ path }) {
    return [...path.matchAll(/\{([^}]+)\}/g)].map((match) => [match[1], path.slice(0, match.index + match[0].length)]);
}

// What the matrix has not been told about the operations of a contract, as sentences; none where it knows all.
export function unknownThings(contract) {
    return contract.operations
        .filter(({ isPublic }) => !isPublic)
        .flatMap((operation) => [
            ...pathPlaces(operation)
                .filter(([, place]) => !pathThings[place])
                .map(
                    ([name, place]) =>
                        `${operation.id}: say in pathThings of tests/support/matrix/things.mjs whose thing ${name} in ` +
                        `'${place}' names, and in world.mjs how its owner makes one`,
                ),
            ...givenNames(contract, operation)
                .filter(({ name }) => !givenThings[`${operation.id} ${name}`])
                .map(
                    ({ name, place }) =>
                        `${operation.id}: say in givenThings of tests/support/matrix/things.mjs what ` +
                        `'${operation.id} ${name}' in its ${place} names`,
                ),
            ...(operation.path.includes('{org_id}') && !roles.includes(leastRoles[operation.id])
                ? [
                      `${operation.id}: say in leastRoles of tests/support/matrix/things.mjs which role it takes, and in ` +
                          `docs/roles.md`,
                  ]
                : []),
        ]);
}

// Operations of the tables that are not among those with these ids.
export function outdatedThings(ids) {
    const names = [
        ...Object.keys(leastRoles),
        ...Object.keys(givenThings),
        ...Object.keys(impliedThings),
        ...Object.keys(requests),
    ];
    const operations = [...names.map((name) => name.split(' ')[0]), ...variants.map(({ operation }) => operation)];
    return [...new Set(operations)].filter((id) => !ids.includes(id));
}

// The guarded operations of a contract, each in every way in which a request may reach for what is another's:
// [{ name, operation, of, least, request }], where `request(world, who)` answers what `who` sends and `of` says whose
// thing it reaches for: 'own' where it names none.
export function matrixCases(contract) {
    const cases = contract.operations
        .filter(({ isPublic }) => !isPublic)
        .flatMap((operation) => [
            baseCase(operation),
            ...elsewhereCases(operation),
            ...givenNames(contract, operation)
                .filter(({ name }) => givenThings[`${operation.id} ${name}`].of !== 'nobody')
                .map((given) => givenCase(operation, given)),
            ...variants
                .filter(({ operation: id }) => id === operation.id)
                .map((variant) => variantCase(operation, variant)),
        ]);
    // What deletes comes last, so that one hole does not hide the others.
    const deletes = ({ operation }) => operation.method === 'DELETE';
    return [...cases.filter((each) => !deletes(each)), ...cases.filter(deletes)];
}

function baseCase(operation) {
    const owners = pathPlaces(operation).map(([, place]) => pathThings[place].of);
    const of = owners.includes('organization')
        ? 'organization'
        : (owners[0] ?? (impliedThings[operation.id] ? 'user' : 'own'));
    return {
        name: operation.id,
        operation,
        of,
        least: of === 'organization' ? leastRoles[operation.id] : undefined,
        request: (world, who) => usualRequest(operation, world, who),
    };
}

// A thing of an organization, asked for through an organization of one's own.
function elsewhereCases(operation) {
    const [first, ...others] = pathPlaces(operation);
    if (first?.[0] !== 'org_id' || others.length === 0) return [];
    const request = async (world, who) => {
        const usual = await usualRequest(operation, world, who);
        return { ...usual, params: { ...usual.params, org_id: (await makeOrganization(who)).id } };
    };
    return [{ name: `${operation.id} through one's own organization`, operation, of: 'elsewhere', request }];
}

async function usualRequest(operation, world, who) {
    const params = {};
    await impliedThings[operation.id]?.(world);
    for (const [name, place] of pathPlaces(operation)) params[name] = await pathThings[place].make(world);
    const body = await requests[operation.id]?.(who, world);
    return { ...sampleRequest(operation), ...(body ? { body } : {}), params };
}

function givenCase(operation, { name, place }) {
    const { of, least, make, instead = [] } = givenThings[`${operation.id} ${name}`];
    const request = async (world, who) => {
        const usual = await usualRequest(operation, world, who);
        const kept = Object.entries(usual[place] ?? {}).filter(([member]) => !instead.includes(member));
        return { ...usual, [place]: { ...Object.fromEntries(kept), [name]: await make(world) } };
    };
    return { name: `${operation.id} with ${name}`, operation, of, least, request };
}

function variantCase(operation, { what, of = 'organization', least, params, body }) {
    const request = async (world, who) => {
        const usual = await usualRequest(operation, world, who);
        return {
            ...usual,
            params: { ...usual.params, ...(await params?.(world, who)) },
            ...(body ? { body: await body(world, who) } : {}),
        };
    };
    return { name: `${operation.id} ${what}`, operation, of, least, request };
}

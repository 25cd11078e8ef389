// The ways in which a request may carry a secret: what is added to the options of Client.call. Only a header is one;
// the others are tried since they must not be.
export const carriers = {
    Authorization: (secret) => ({ headers: { Authorization: `Bearer ${secret}` } }),
    'X-API-Key': (secret) => ({ headers: { 'X-API-Key': secret } }),
    query: (secret) => ({ query: named(['access_token', 'api_key', 'token', 'Authorization', 'X-API-Key'], secret) }),
    cookie: (secret) => ({
        headers: {
            Cookie: ['access_token', 'token', 'session', 'api_key', 'X-API-Key']
                .map((name) => `${name}=${secret}`)
                .join('; '),
        },
    }),
    body: (secret) => ({ body: named(['access_token', 'api_key', 'authorization'], secret) }),
};

function named(names, value) {
    return Object.fromEntries(names.map((name) => [name, value]));
}

// A request with more headers, query parameters and members of its JSON body; what the request itself has stays.
export function withMore(request, more) {
    return {
        ...request,
        headers: { ...more.headers, ...request.headers },
        query: { ...more.query, ...request.query },
        ...(request.body ? { body: { ...more.body, ...request.body } } : {}),
    };
}

// The ids and secrets of somebody else in all places where a careless program might look for them.
export async function smuggled(world, { credential }) {
    const ids = {
        user_id: world.owner.profile.id,
        owner_id: world.owner.profile.id,
        created_by: world.owner.profile.id,
        organization_id: world.organization.id,
        org_id: world.organization.id,
        tenant_id: world.organization.id,
    };
    const { Cookie } = carriers.cookie(world.owner.client.token).headers;
    const key = credential === 'key' ? {} : { 'X-API-Key': (await world.key()).key };
    return {
        headers: { Cookie, ...key, 'X-User-ID': ids.user_id, 'X-Organization-ID': ids.organization_id },
        query: ids,
        body: ids,
    };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

// draft-ietf-httpapi-ratelimit-headers: a list of named items with integer parameters. Undefined where the text
// has another form.
export function parseRateLimits(text, keys) {
    const limits = {};
    for (const item of text.split(/\s*,\s*/)) {
        const match = item.match(/^"([^"]+)"((?:;[a-z]+=\d+)+)$/);
        if (!match) return undefined;
        const parameters = Object.fromEntries(
            match[2]
                .slice(1)
                .split(';')
                .map((part) => part.split('=')),
        );
        if (keys.some((key) => parameters[key] === undefined)) return undefined;
        limits[match[1]] = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, Number(value)]));
    }
    return limits;
}

function rateLimitFaults(headers) {
    const policy = parseRateLimits(headers.get('RateLimit-Policy') ?? '', ['q', 'w']);
    const left = parseRateLimits(headers.get('RateLimit') ?? '', ['r', 't']);
    if (!policy) return ['RateLimit-Policy is missing or malformed'];
    if (!left) return ['RateLimit is missing or malformed'];
    return Object.entries(left).flatMap(([name, { r, t }]) => {
        if (!policy[name]) return [`RateLimit names ${name}, RateLimit-Policy does not`];
        return r <= policy[name].q && t <= policy[name].w ? [] : [`RateLimit of ${name} is beyond its policy`];
    });
}

function declaredFaults(contract, schemas, { answer, response }) {
    return Object.entries(response?.headers ?? {}).flatMap(([name, reference]) => {
        const header = contract.resolve(reference);
        const text = answer.headers.get(name);
        if (text === null) return header.required ? [`${name} is missing`] : [];
        const value = header.schema.type === 'integer' && /^-?\d+$/.test(text) ? Number(text) : text;
        return schemas.faults(header.schema, value).map((fault) => `${name}: ${fault}`);
    });
}

// What has to be there although a schema cannot say so.
const neededByStatus = { 401: 'WWW-Authenticate', 405: 'Allow', 429: 'Retry-After' };

export function headerFaults(contract, schemas, { answer, operation, response }) {
    const faults = declaredFaults(contract, schemas, { answer, response });
    if (!uuid.test(answer.headers.get('X-Request-ID') ?? '')) faults.push('X-Request-ID is no UUID');
    if (
        answer.credential &&
        !answer.headers
            .get('Cache-Control')
            ?.split(/\s*,\s*/)
            .includes('no-store')
    ) {
        faults.push('an answer to a request with a credential is not no-store');
    }
    const needed = neededByStatus[answer.status];
    if (needed && !answer.headers.has(needed)) faults.push(`${needed} is missing`);
    if (response?.headers?.RateLimit) faults.push(...rateLimitFaults(answer.headers));
    if (operation && !operation.rateLimited && answer.headers.has('RateLimit'))
        faults.push('this path is not rate-limited');
    return faults;
}

import { decodeJwt, decodeProtectedHeader } from 'jose';

export const partner = 'https://partner.example.com';
export const issuer = 'https://api.xentree.example';
// Of a server whose integration tokens have that issuer.
export const issuerSettings = { 'public-url': issuer };

export function grantBody(more = {}) {
    return { mode: 'api', origin: partner, scopes: ['profile:read'], ...more };
}

// Issues an integration token: the whole answer to the grant.
export function grant(client, more = {}, options = {}) {
    return client.expect(201, 'issue_integration_grant', { body: grantBody(more), ...options });
}

// A client that uses a token alone, from no origin where none is given.
export function bearing(client, token, origin) {
    const bearer = client.with({ token, apiKey: undefined });
    if (!origin) return bearer;
    return {
        call: (id, options = {}) => bearer.call(id, { ...options, headers: { Origin: origin, ...options.headers } }),
        expect: (status, id, options = {}) =>
            bearer.expect(status, id, { ...options, headers: { Origin: origin, ...options.headers } }),
    };
}

export async function verify(client, token, more = {}) {
    return client.expect(200, 'verify_integration_token', { body: { token, ...more } });
}

export function decode(token) {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
}

// The same token with one letter of its signature changed; not the last, whose bits do not all count.
export function tampered(token) {
    const at = token.lastIndexOf('.') + 10;
    return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
}

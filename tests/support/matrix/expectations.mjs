import { leastRoles, platformAdminMay, roles } from './things.mjs';

// What the contract says that somebody gets for a case, by its order of checks: [status, code], or undefined where
// the request is allowed. A persona (personas.mjs) says of itself
//   door        what its credential gets, whatever it asks for
//   credential  session, key or token
//   scopes      of its key or token; (operation) => scopes where each operation has its own
//   role        in the world's organization, where it has one that this credential reaches
//   owner       true for the owner of all things in it
//   platform    true for a platform admin
//   invited     true for whom the world's invitation is for
export function expectation(persona, { operation, of, least }) {
    return (
        persona.door ??
        credentialKind(persona, operation.definition) ??
        platformAdmin(persona, operation.definition) ??
        tenancy(persona, { operation, of, least })
    );
}

export function scopesOf({ scopes = [] }, operation) {
    return typeof scopes === 'function' ? scopes(operation) : scopes;
}

function credentialKind(persona, definition) {
    const scopes = scopesOf(persona, { definition });
    if (persona.credential === 'key') {
        if (definition['x-bearer-only']) return [403, 'bearer_required'];
        const has = scopes.includes('api:admin') || scopes.includes(definition['x-scope']);
        return has ? undefined : [403, 'INSUFFICIENT_API_KEY_SCOPE'];
    }
    if (persona.credential === 'token' && !scopes.includes(definition['x-grant-scope'])) return [403, 'forbidden'];
    return undefined;
}

function platformAdmin({ platform }, definition) {
    return definition['x-admin'] && !platform ? [403, 'admin_required'] : undefined;
}

function tenancy({ credential, role, owner, platform, invited }, { operation, of, least }) {
    if (platform && platformAdminMay.includes(operation.id)) return undefined;
    switch (of) {
        case 'own':
            return undefined;
        case 'user':
            return owner ? undefined : [404, 'not_found'];
        case 'organization':
            return ofRole(role, least);
        case 'elsewhere':
            return [404, 'not_found'];
        case 'none':
            return ofRole(role, leastRoles[operation.id]) ?? [404, 'not_found'];
        case 'both': {
            const absent = credential === 'session' ? undefined : [404, 'not_found'];
            return ofRole(role, leastRoles[operation.id]) ?? absent ?? ofRole(role, least);
        }
        case 'invitation':
            return invited ? undefined : [403, 'forbidden'];
        case 'judgement':
            return undefined;
        default:
            throw new Error(`Nothing is said of things of '${of}'`);
    }
}

function ofRole(role, least) {
    if (!role) return [404, 'not_found'];
    return roles.indexOf(role) < roles.indexOf(least) ? [403, 'forbidden'] : undefined;
}

// Allowed requests that are answered otherwise than with success all the same: the server of the matrix lacks
// something, or the caller does.
export const answersOfTheirOwn = {
    send_email_verification: [503, 'mail_not_configured'],
};

// Writes by their method that leave the database as it is.
export const writesNothing = ['verify_integration_token', 'generate_chat_response', 'create_google_calendar_event'];

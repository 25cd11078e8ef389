import crypto from 'node:crypto';
import { usualPassword } from './people.mjs';

// A request for each operation that is well-formed. Tests of what all operations have in common start from
// these; an operation without an entry needs no more than its path.
const noSuchId = '019df244-fa20-74ae-87b2-b94176a5dbcf';

const integrationGrant = { mode: 'api', origin: 'https://partner.example.com', scopes: ['profile:read'] };

const samples = {
    register_user: () => {
        const username = `sample-${crypto.randomBytes(6).toString('hex')}`;
        return { body: { email: `${username}@example.com`, username, password: usualPassword } };
    },
    login_user: () => ({ form: { username: 'nobody', password: usualPassword } }),
    refresh_token: () => ({ body: { refresh_token: 'r1.unknown' } }),
    update_current_user: () => ({ body: {} }),
    update_conversation: () => ({ body: { title: 'Sample' } }),
    create_organization: () => ({ body: { name: 'Sample' } }),
    update_organization: () => ({ body: {} }),
    add_organization_member: () => ({ body: { user_id: noSuchId } }),
    update_organization_member: () => ({ body: {} }),
    update_organization_member_role: () => ({ body: { role: 'member' } }),
    create_organization_invitation: () => ({ body: { email: 'nobody@example.com' } }),
    accept_invitation: () => ({ body: { token: 'A'.repeat(43) } }),
    create_api_key: () => ({ body: { name: 'Sample', organization_id: noSuchId, scopes: ['quiz:read'] } }),
    delete_current_user: () => ({ body: { current_password: 'not the password' } }),
    request_password_reset: () => ({ body: { email: 'nobody@example.com' } }),
    reset_password: () => ({ body: { token: 'unknown', new_password: usualPassword } }),
    verify_email: () => ({ body: { token: 'unknown' } }),
    get_integration_jwks: () => ({ query: { tenantId: noSuchId } }),
    get_integration_fingerprint: () => ({ query: { tenantId: noSuchId } }),
    issue_integration_grant: () => ({ body: integrationGrant }),
    rotate_integration_token: () => ({ body: integrationGrant }),
    verify_integration_token: () => ({ body: { token: 'unknown' } }),
    revoke_integration_token: () => ({ body: { tenantId: noSuchId, jti: 'unknown' } }),
    finish_google_calendar_flow: () => ({ query: { state: 'unknown', code: 'unknown' } }),
    create_google_calendar_event: () => ({
        body: { title: 'Sample', starts_at: '2026-05-05T16:00:00Z', ends_at: '2026-05-05T17:00:00Z' },
    }),
    generate_chat_response: () => ({ body: { message: 'Good morning' } }),
};

export function sampleRequest(operation) {
    const names = [...operation.path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
    return { params: Object.fromEntries(names.map((name) => [name, noSuchId])), ...samples[operation.id]?.() };
}

const usualLimit = 1 << 20;

// The media type and the limit in bytes of an operation's body, undefined where it takes none.
export function bodyForm(operation) {
    const content = operation.definition.requestBody?.content;
    if (!content) return undefined;
    const [[mediaType, form]] = Object.entries(content);
    return { mediaType, limit: form['x-body-limit'] ?? usualLimit };
}

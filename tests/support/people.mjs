import crypto from 'node:crypto';
import { Client } from './client.mjs';

export const usualPassword = 'correct horse battery';

export function freshName(prefix = 'user') {
    return `${prefix}-${crypto.randomBytes(6).toString('hex')}`;
}

// Makes an account that no other test has, from an address that no other test has, and logs it in:
// { client, profile, tokens, username, email, password }.
export async function signUp(server, more = {}) {
    const client = new Client(server);
    const username = more.username ?? freshName();
    const password = more.password ?? usualPassword;
    const account = { email: `${username}@example.com`, ...more, username, password };
    const profile = await client.expect(201, 'register_user', { body: account });
    const tokens = await logIn(client, username, password);
    return {
        client: client.with({ token: tokens.access_token }),
        profile,
        tokens,
        username,
        password,
        email: account.email,
    };
}

export function logIn(client, username, password = usualPassword) {
    return client.expect(200, 'login_user', { form: { username, password }, token: undefined });
}

// Makes an API key for the person's own organization: { id, key, client }, where the client uses the key alone.
export async function makeKey(person, scopes, more = {}) {
    const body = { name: 'Test key', organization_id: person.profile.default_organization_id, scopes, ...more };
    const made = await person.client.expect(201, 'create_api_key', { body });
    return { ...made, client: person.client.with({ token: undefined, apiKey: made.key }) };
}

// Makes an organization whose owner the person is: an OrganizationResponse.
export function makeOrganization(person, more = {}) {
    return person.client.expect(201, 'create_organization', { body: { name: freshName('Organization'), ...more } });
}

// Adds a person to the owner's organization: a MemberResponse.
export function addMember(owner, organization, person, { role = 'member', ...more } = {}) {
    return owner.client.expect(201, 'add_organization_member', {
        params: { org_id: organization.id },
        body: { user_id: person.profile.id, role, ...more },
    });
}

export function removeMember(owner, organization, person) {
    const params = { org_id: organization.id, target_user_id: person.profile.id };
    return owner.client.expect(200, 'remove_organization_member', { params });
}

// A platform admin, logged in after it was made one.
export async function signUpAdmin(server) {
    const person = await signUp(server);
    await server.admin('promote', person.username);
    const tokens = await logIn(person.client, person.username);
    return { ...person, tokens, client: person.client.with({ token: tokens.access_token }) };
}

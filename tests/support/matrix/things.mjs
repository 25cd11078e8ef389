// What the matrix has to know of the API beside its document: whose thing an id names, and which role an operation on
// an organization takes. An id that is in none of these tables fails the run; see cases.mjs.

import { makeOrganization } from '../people.mjs';

export const roles = ['member', 'instructor', 'admin', 'owner']; // weakest first; docs/roles.md tells what each may

// Ids in paths, by the path up to them. `make` answers the id of one that the world's owner has.
//   of: 'user'          of the owner alone: absent to everybody else, a fellow member too
//   of: 'organization'  of the owner's organization, and what the roles of its members decide on
export const pathThings = {
    '/api/auth/sessions/{session_id}': { of: 'user', make: (world) => world.otherSession() },
    '/api/api-keys/{key_id}': { of: 'user', make: async (world) => (await world.key()).id },
    '/api/core/conversations/{conversation_id}': { of: 'user', make: (world) => world.conversation() },
    '/api/integrations/{integration_id}': { of: 'user', make: (world) => world.connection() },
    '/api/organizations/{org_id}': { of: 'organization', make: (world) => world.organization.id },
    '/api/organizations/{org_id}/members/{target_user_id}': {
        of: 'organization',
        make: async (world) => (await world.fellow()).profile.id,
    },
    '/api/organizations/{org_id}/invitations/{invitation_id}': {
        of: 'organization',
        make: async (world) => (await world.invitation()).id,
    },
    '/api/organizations/{org_id}/api-keys/{key_id}': {
        of: 'organization',
        make: async (world) => (await world.key()).id,
    },
};

// The one thing of a user's that an operation is about without an id: absent to who has none. Made for the owner.
export const impliedThings = {
    list_google_calendar_events: (world) => world.connection(),
    create_google_calendar_event: (world) => world.connection(),
};

const theOrganization = (world) => world.organization.id;

// Ids and secrets in bodies and queries, by operation and member. Beside `of` and `make`:
//   of: 'invitation'  whose link is for another address: 403 `forbidden`
//   of: 'judgement'   a foreign one is judged as none: 200, `valid` false
//   of: 'nobody'      names what is not owned, so there is nothing to refuse; `because` says why
//   least             as in leastRoles
//   instead           members that leave the body for it
export const givenThings = {
    'generate_chat_response conversation_id': { of: 'user', make: (world) => world.conversation() },
    'update_current_user default_organization_id': { of: 'organization', least: 'member', make: theOrganization },
    'create_api_key organization_id': { of: 'organization', least: 'member', make: theOrganization },
    'add_organization_member user_id': { of: 'nobody', because: 'any account may be added' },
    'update_organization_member organization_id': {
        of: 'nobody',
        because: 'it is the place to go to, beside the organization in the path; see variants',
    },
    'accept_invitation token': { of: 'invitation', make: async (world) => (await world.invitation()).token },
    'issue_integration_grant tenantId': { of: 'organization', least: 'admin', make: theOrganization },
    'verify_integration_token token': { of: 'judgement', make: async (world) => (await world.grant()).token },
    'verify_integration_token tenantId': { of: 'nobody', because: 'it is what a token is held against' },
    'revoke_integration_token integrationToken': {
        of: 'organization',
        least: 'admin',
        make: async (world) => (await world.newGrant()).token,
        instead: ['tenantId', 'jti'],
    },
    'revoke_integration_token tenantId': { of: 'organization', least: 'admin', make: theOrganization },
    'revoke_integration_token jti': {
        of: 'own', // it is barred in the organization beside it, and there alone
        make: async (world) => (await world.grant()).jti,
    },
    'rotate_integration_token tenantId': { of: 'organization', least: 'admin', make: theOrganization },
    'rotate_integration_token integrationToken': {
        of: 'organization',
        least: 'admin',
        make: async (world) => (await world.newGrant()).token,
    },
    'rotate_integration_token previousJti': {
        of: 'nobody',
        because: 'an id is barred in the organization beside it, known there or not',
    },
    'list_integration_token_revocations tenantId': { of: 'nobody', because: 'it narrows a list for platform admins' },
};

// The weakest role that may do an operation on an organization in its path, by the operation's description.
export const leastRoles = {
    get_organization: 'member',
    update_organization: 'admin',
    delete_organization: 'owner',
    list_organization_members: 'member',
    add_organization_member: 'admin',
    update_organization_member: 'admin',
    update_organization_member_role: 'admin',
    remove_organization_member: 'admin',
    list_organization_invitations: 'admin',
    create_organization_invitation: 'admin',
    revoke_organization_invitation: 'admin',
    list_organization_api_keys: 'admin',
    delete_organization_api_key: 'admin',
};

// What platform admins may do with other people's things.
export const platformAdminMay = ['list_api_keys', 'delete_api_key', 'list_tenants'];

// Requests that take another role than the operation's usual one.
//   of      'both': an organization beside the one in the path, which is absent to keys and tokens; 'none': what is
//           absent to all
//   body    instead of the usual one
//   params  beside those of the path
export const variants = [
    {
        operation: 'create_api_key',
        what: 'with a scope for owners and admins',
        of: 'organization',
        least: 'admin',
        body: ({ organization }) => ({
            name: 'High',
            organization_id: organization.id,
            scopes: ['organizations:write'],
        }),
    },
    {
        operation: 'add_organization_member',
        what: 'as an owner',
        least: 'owner',
        body: async (world) => ({ user_id: (await world.newcomer()).profile.id, role: 'owner' }),
    },
    {
        operation: 'update_organization_member_role',
        what: 'to owner',
        least: 'owner',
        body: () => ({ role: 'owner' }),
    },
    {
        operation: 'update_organization_member_role',
        what: 'of an owner',
        least: 'owner',
        params: async (world) => ({ target_user_id: (await world.secondOwner()).profile.id }),
        body: () => ({ role: 'member' }),
    },
    {
        operation: 'update_organization_member',
        what: 'to owner',
        least: 'owner',
        body: () => ({ role: 'owner' }),
    },
    {
        operation: 'update_organization_member',
        what: 'of an owner',
        least: 'owner',
        params: async (world) => ({ target_user_id: (await world.secondOwner()).profile.id }),
        body: () => ({ role: 'member' }),
    },
    {
        operation: 'update_organization_member',
        what: 'to another organization of oneself',
        of: 'both',
        least: 'owner',
        body: async (world, who) => ({ organization_id: (await makeOrganization(who)).id }),
    },
    {
        operation: 'update_organization_member',
        what: "to another's organization",
        of: 'none',
        body: async (world) => ({ organization_id: (await world.foreignOrganization()).id }),
    },
    {
        operation: 'remove_organization_member',
        what: 'of an owner',
        least: 'owner',
        params: async (world) => ({ target_user_id: (await world.secondOwner()).profile.id }),
    },
    {
        operation: 'remove_organization_member',
        what: 'of oneself',
        least: 'member',
        params: async (world, who) => {
            await world.secondOwner(); // the last one cannot go
            return { target_user_id: who.profile.id };
        },
    },
    {
        operation: 'create_organization_invitation',
        what: 'as an owner',
        least: 'owner',
        body: () => ({ email: 'owner-to-be@example.com', role: 'owner' }),
    },
];

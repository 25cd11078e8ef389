import { addMember, freshName, makeOrganization, signUp } from './people.mjs';

// An organization with an owner and an admin: { organization, owner, admin }.
export async function inviters(server) {
    const [owner, admin] = [await signUp(server), await signUp(server)];
    const organization = await makeOrganization(owner);
    await addMember(owner, organization, admin, { role: 'admin' });
    return { organization, owner, admin };
}

export function freshEmail() {
    return `${freshName('guest')}@example.com`;
}

// What goes into a call that invites to an organization.
export function invitationTo(organization, body = {}) {
    return { params: { org_id: organization.id }, body: { email: freshEmail(), ...body } };
}

// The answer, with the token of its link.
export async function invite(person, organization, body) {
    const made = await person.client.expect(201, 'create_organization_invitation', invitationTo(organization, body));
    return { ...made, token: new URL(made.invite_url).searchParams.get('token') };
}

export function accept(person, { token }) {
    return person.client.call('accept_invitation', { body: { token } });
}

export function revoke(person, organization, { id }) {
    const params = { org_id: organization.id, invitation_id: id };
    return person.client.call('revoke_organization_invitation', { params });
}

export function listInvitations(person, organization, query) {
    return person.client.expect(200, 'list_organization_invitations', { params: { org_id: organization.id }, query });
}

// The state of one in the list.
export async function statusOf(person, organization, { id }) {
    return (await listInvitations(person, organization)).find((listed) => listed.id === id).status;
}

// Somebody new whose account has the address of an invitation.
export function signUpFor(server, { email }) {
    return signUp(server, { email });
}

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError } from '../support/assertions.mjs';
import { accept, freshEmail, invitationTo, invite, inviters, listInvitations, signUpFor, statusOf } from '../support/invitations.mjs';
import { linkBase, tokenIn, useMailedServer } from '../support/mailServer.mjs';
import { makeOrganization, signUp } from '../support/people.mjs';

const { server, mail } = useMailedServer();

test('the invited person gets a mail whose link is that of the answer, and works', async () => {
    const { organization, admin } = await inviters(server);
    const invitation = await invite(admin, organization, { role: 'instructor' });
    assert.ok(invitation.invite_url.startsWith(`${linkBase}/invite?token=`));
    const letter = await mail.arrived(invitation.email);
    const token = tokenIn(letter, 'invite');
    assert.equal(token, invitation.token);
    assert.equal(letter.subject, 'You are invited to an organization');
    assert.ok(letter.text.includes(`Organization: ${organization.name}\nInvited by: ${admin.username}\nRole: instructor`));
    assert.ok(!server.log.includes(token));
    const guest = await signUpFor(server, invitation);
    assert.equal((await accept(guest, { token })).body.role, 'instructor');
});

test('names put neither links nor lines nor headers into a mail', async () => {
    const owner = await signUp(server, { full_name: 'Tom https://evil.example/x' });
    const organization = await makeOrganization(owner, { name: 'Bank\u2028Bcc: x@evil.example <a href="//evil.example">' });
    const { email } = await invite(owner, organization);
    const { subject, text } = await mail.arrived(email);
    assert.equal(subject, 'You are invited to an organization');
    assert.deepEqual(text.match(/\w+:\/\/\S+|\S+@\S+|\S+\.example\b/g), [text.match(/https:\S+/)[0]]);
    assert.ok(text.match(/https:\S+/)[0].startsWith(linkBase));
    assert.match(text, /^Organization: Bank Bcc x evil\. example a href evil\. example$/m);
});

test('a repeated request sends one mail', async () => {
    const { organization, admin } = await inviters(server);
    const request = { ...invitationTo(organization), idempotencyKey: 'once' };
    await admin.client.expect(201, 'create_organization_invitation', request);
    await admin.client.expect(201, 'create_organization_invitation', request);
    const { email } = await invite(admin, organization); // sent after those
    await mail.arrived(email);
    assert.equal(mail.to(request.body.email).length, 1);
});

test('a sixth mail to an address within an hour is refused and changes nothing', async () => {
    const [one, other] = [await inviters(server), await inviters(server)];
    const email = freshEmail();
    for (const { admin, organization } of [one, other, one, other, one]) await invite(admin, organization, { email });
    const [last] = await listInvitations(one.admin, one.organization);
    const refused = await one.admin.client.call('create_organization_invitation', invitationTo(one.organization, { email }));
    assertError(refused, 429, 'rate_limited');
    assert.ok(Number(refused.headers.get('Retry-After')) <= 3600);
    assert.equal(await statusOf(one.admin, one.organization, last), 'pending');
    assert.equal((await listInvitations(one.admin, one.organization)).length, 3);
});

test('an address that is pending does not open an invitation', async () => {
    const { organization, admin } = await inviters(server);
    const invitation = await invite(admin, organization);
    const thief = await signUp(server);
    const body = { email: invitation.email, current_password: thief.password };
    const { pending_email } = await thief.client.expect(200, 'update_current_user', { body });
    assert.equal(pending_email, invitation.email);
    assertError(await accept(thief, invitation), 403, 'forbidden');
});

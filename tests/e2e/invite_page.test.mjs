import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { openPage, startBrowser } from '../support/browser.mjs';
import { invite, inviters, revoke, statusOf } from '../support/invitations.mjs';
import { tokenIn, useMailedServer } from '../support/mailServer.mjs';
import { freshName, signUp, usualPassword } from '../support/people.mjs';

const { server, mail } = useMailedServer();
let browser;
before(async () => {
    browser = await startBrowser();
});
after(() => browser.close());

// Opens the link of an invitation's mail where this server is; the address has got other mails `before`.
async function follow({ email }, before = 0) {
    const { text } = await mail.arrived(email, before + 1);
    const opened = await openPage(browser, server.url);
    await opened.page.goto(`${server.url}/invite?token=${tokenIn({ text }, 'invite')}`);
    return opened;
}

async function logInAndAccept(page, { username }, password = usualPassword) {
    await page.getByLabel('Username or e-mail address').fill(username);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Log in and accept' }).click();
}

const role = async (person, organization) =>
    (await person.client.expect(200, 'list_organizations')).find(({ id }) => id === organization.id)?.role;

test('who has no account makes one on the page and is a member', async () => {
    const { organization, admin } = await inviters(server);
    const invitation = await invite(admin, organization, { role: 'instructor' });
    const { page, faults } = await follow(invitation);
    assert.equal(await statusOf(admin, organization, invitation), 'pending');
    assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations, []);
    await page.getByLabel('E-mail address that is invited').fill(invitation.email);
    await page.getByLabel('Username: 3 to 32').fill(freshName());
    await page.getByLabel('Password, at least').fill(usualPassword);
    await page.getByRole('button', { name: 'Make the account and accept' }).click();
    await page.getByText('You are a member of the organization now, with the role instructor.').waitFor();
    assert.equal(await statusOf(admin, organization, invitation), 'accepted');
    assert.ok(!page.url().includes('token'));
    assert.equal(await page.getByRole('button').count(), 0);
    assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations, []);
    assert.deepEqual(faults, []);
    await page.context().close();
});

test('who has an account logs in on the page, and leaves no session behind', async () => {
    const { organization, admin } = await inviters(server);
    const guest = await signUp(server);
    await mail.arrived(guest.email);
    const { page, faults } = await follow(await invite(admin, organization, { email: guest.email }), 1);
    await logInAndAccept(page, guest);
    await page.getByText('You are a member of the organization now, with the role member.').waitFor();
    assert.equal(await role(guest, organization), 'member');
    assert.equal((await guest.client.expect(200, 'list_sessions')).length, 1);
    assert.deepEqual(faults, []);
    await page.context().close();
});

test('each refusal is told in plain words, and another account may be tried', async () => {
    const { organization, admin } = await inviters(server);
    const invitation = await invite(admin, organization);
    const { page } = await follow(invitation);
    const other = await signUp(server);
    await logInAndAccept(page, other, 'not the password');
    await page.getByText('Username or password is wrong.').waitFor();
    await logInAndAccept(page, other);
    await page.getByText('This invitation is for another e-mail address than that of this account.').waitFor();
    assert.equal(await role(other, organization), undefined);
    assert.equal((await other.client.expect(200, 'list_sessions')).length, 1);

    const guest = await signUp(server, { email: invitation.email });
    await revoke(admin, organization, invitation);
    await logInAndAccept(page, guest);
    await page.getByText('This invitation was taken back. Ask for a new one.').waitFor();
    await page.getByLabel('E-mail address that is invited').fill(invitation.email);
    await page.getByLabel('Username: 3 to 32').fill(freshName());
    await page.getByLabel('Password, at least').fill(usualPassword);
    await page.getByRole('button', { name: 'Make the account and accept' }).click();
    await page.getByText('There is an account with this e-mail address.').waitFor();
    assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations, []);
    await page.context().close();
});

test('a link without its token or with a wrong one says so', async () => {
    const { page, faults } = await openPage(browser, server.url);
    await page.goto(`${server.url}/invite`);
    await page.getByText('This link is not whole.').waitFor();
    assert.equal(await page.getByRole('button').count(), 0);
    assert.deepEqual(faults, []);
    await page.goto(`${server.url}/invite?token=short`);
    await logInAndAccept(page, await signUp(server));
    await page.getByText('There is no such invitation.').waitFor();
    await page.context().close();
});

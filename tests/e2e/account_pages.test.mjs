import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { openPage, startBrowser } from '../support/browser.mjs';
import { linkBase, useMailedServer } from '../support/mailServer.mjs';
import { logIn, signUp } from '../support/people.mjs';

const { server, mail } = useMailedServer();
let browser;
before(async () => {
    browser = await startBrowser();
});
after(() => browser.close());

// Opens the link of a mail where this server is.
async function follow(letter) {
    const [link] = letter.text.match(/https:\S+/);
    const opened = await openPage(browser, server.url);
    await opened.page.goto(link.replace(linkBase, server.url));
    return opened;
}

async function isVerified(client) {
    return (await client.expect(200, 'get_current_user')).email_verified;
}

test('a link to verify does nothing by being opened, and all by its button', async () => {
    const { client, email } = await signUp(server);
    const letter = await mail.arrived(email);
    const { page, faults } = await follow(letter);
    assert.equal(await isVerified(client), false);
    assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations, []);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('The e-mail address is verified.').waitFor();
    assert.equal(await isVerified(client), true);
    assert.ok(!page.url().includes('token'));
    assert.deepEqual(faults, []);
    await page.close();

    const again = await follow(letter);
    await again.page.getByRole('button', { name: 'Confirm' }).click();
    await again.page.getByText('This link is used or too old.').waitFor();
    await again.page.close();
});

test('a forgotten password is chosen anew on the page behind its link', async () => {
    const { client, email, username } = await signUp(server);
    await client.expect(202, 'request_password_reset', { body: { email } });
    const { page, faults } = await follow(await mail.arrived(email, 2));
    assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations, []);
    await page.getByLabel('New password').fill('staple-and-two-more-words');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('The password is changed. Log in with it.').waitFor();
    await logIn(client, username, 'staple-and-two-more-words');
    assert.deepEqual(faults, []);
    await page.close();
});

test('a link without its token says so', async () => {
    const { page, faults } = await openPage(browser, server.url);
    await page.goto(`${server.url}/verify-email`);
    await page.getByText('This link is not whole.').waitFor();
    assert.equal(await page.getByRole('button').count(), 0);
    assert.deepEqual(faults, []);
    await page.close();
});

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { openPage, startBrowser } from '../support/browser.mjs';
import { implementedContract } from '../support/contract.mjs';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
let browser;
before(async () => {
    browser = await startBrowser();
});
after(() => browser.close());

async function open(path, options) {
    const opened = await openPage(browser, server.url, options);
    await opened.page.goto(new URL(path, server.url).href);
    return opened;
}

async function openReference(fragment = '', options = {}) {
    const opened = await open(`/docs${fragment}`, options);
    await opened.page.getByRole('heading', { name: 'Xentree API' }).waitFor({ state: 'attached' });
    return opened;
}

async function sendLogin(page, username, password) {
    await page.getByLabel('Username or e-mail address').fill(username);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('dialog').getByRole('button', { name: 'Log in' }).click();
}

async function logIn(page, { username, password }) {
    await page.getByRole('button', { name: 'Log in' }).click();
    await sendLogin(page, username, password);
    await page.getByText(`Logged in as ${username}`).waitFor();
}

// Tries GET /api/auth/me on the reference; the answer that came.
async function tryProfile(page) {
    await page.getByRole('button', { name: /Test Request.*get \/api\/auth\/me/ }).click();
    const answered = page.waitForResponse((answer) => new URL(answer.url()).pathname === '/api/auth/me');
    await page.getByRole('button', { name: 'Send' }).first().click();
    return answered;
}

async function seriousViolations(page, part) {
    const { violations } = await new AxeBuilder({ page }).include(part).analyze();
    return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => [
        id,
        nodes.map(({ html }) => html),
    ]);
}

for (const [screen, options] of [
    ['a desktop', {}],
    ['a phone in the dark', { ...phone, colorScheme: 'dark' }],
]) {
    test(`the root page says on ${screen} what this is and leads to the reference`, async () => {
        const { page, faults } = await open('/', options);
        await page.getByRole('heading', { name: 'xentree' }).waitFor();
        assert.ok((await page.locator('pre').textContent()).includes(`URL=${server.url}\n`));
        assert.deepEqual(await seriousViolations(page, 'body'), []);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
        await page.getByRole('link', { name: 'Reference' }).click();
        await page.getByRole('heading', { name: 'Xentree API' }).waitFor();
        assert.deepEqual(faults, []);
        await page.close();
    });

    test(`the login of the reference can be used by all on ${screen}`, async () => {
        const { page, faults } = await openReference('', options);
        assert.deepEqual(await seriousViolations(page, 'header.bar'), []);
        await page.getByRole('button', { name: 'Log in' }).click();
        await page.getByRole('dialog', { name: 'Log in' }).waitFor();
        assert.deepEqual(await seriousViolations(page, 'dialog'), []);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'hidden' });
        assert.deepEqual(faults, []);
        await page.close();
    });
}

test('the reference shows every operation that is implemented', async () => {
    const { page, faults } = await openReference();
    const tags = page.getByRole('button', { name: /^Open Group - / });
    while ((await tags.count()) > 0) await tags.first().click();
    const links = await page.getByRole('complementary').getByRole('link').all();
    const targets = await Promise.all(links.map((link) => link.getAttribute('href')));
    for (const { method, path } of implementedContract().operations) {
        const operation = `/${method.toUpperCase()}${path}`;
        assert.ok(targets.some((target) => target.endsWith(operation)), operation);
    }
    assert.deepEqual(faults, []);
    await page.close();
});

test('who logs in on the reference tries operations as that user, and nobody after the logout', async () => {
    const { username, password } = await signUp(server);
    const { page, faults } = await openReference('#tag/authentication/GET/api/auth/me');
    await logIn(page, { username, password });
    const answer = await tryProfile(page);
    assert.equal(answer.status(), 200);
    assert.equal((await answer.json()).username, username);
    await page.getByText(`"${username}"`).first().waitFor();
    const token = (await answer.request().allHeaders()).authorization.slice('Bearer '.length);
    assert.ok(!(await page.content()).includes(token));
    assert.ok(!(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))).includes(token));
    assert.deepEqual(faults, []);

    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    assert.equal((await tryProfile(page)).status(), 401);
    const reused = await fetch(new URL('/api/auth/me', server.url), { headers: { Authorization: `Bearer ${token}` } });
    assert.equal(reused.status, 401);
    await page.close();
});

test('a login outlives its access token', async () => {
    const { username, password } = await signUp(server);
    const { page, faults } = await openReference('#tag/authentication/GET/api/auth/me');
    await page.clock.install();
    await logIn(page, { username, password });
    await page.clock.fastForward('16:00');
    server.clock.advance({ minutes: 16 });
    assert.equal((await tryProfile(page)).status(), 200);
    assert.deepEqual(faults, []);
    await page.close();
});

test('a login is renewed after the machine has slept', async () => {
    const { username, password } = await signUp(server);
    const { page, faults } = await openReference('#tag/authentication/GET/api/auth/me');
    await page.clock.install();
    await logIn(page, { username, password });
    // Only the time of day goes on.
    await page.clock.setSystemTime(Date.now() + 16 * 60_000);
    server.clock.advance({ minutes: 16 });
    assert.equal((await tryProfile(page)).status(), 200);
    assert.deepEqual(faults, []);
    await page.close();
});

// Answers the page's calls of a path itself, with an error or, without a status, not at all.
async function fail(page, path, status) {
    await page.route(`**${path}`, (route) =>
        status ? route.fulfill({ status, json: { detail: { message: 'Not now.' } } }) : route.abort(),
    );
}

for (const status of [429, 503, undefined]) {
    test(`a login outlives a renewal that fails with ${status ?? 'no answer'}`, async () => {
        const { username, password } = await signUp(server);
        const { page } = await openReference('#tag/authentication/GET/api/auth/me');
        await page.clock.install();
        await logIn(page, { username, password });
        await fail(page, '/api/auth/refresh', status);
        await page.clock.fastForward('14:40');
        server.clock.advance({ minutes: 14, seconds: 40 });
        assert.equal((await tryProfile(page)).status(), 200);
        await page.keyboard.press('Escape');

        await page.unroute('**/api/auth/refresh');
        await page.clock.fastForward('01:00');
        server.clock.advance({ minutes: 1 });
        assert.equal((await tryProfile(page)).status(), 200);
        assert.ok(await page.getByText(`Logged in as ${username}`).isVisible());
        await page.close();
    });
}

test('a login ends where the server refuses its renewal', async () => {
    const { username, password, tokens } = await signUp(server);
    const { page } = await openReference('#tag/authentication/GET/api/auth/me');
    await page.clock.install();
    await logIn(page, { username, password });
    await fetch(new URL('/api/auth/logout', server.url), {
        method: 'POST',
        headers: { Authorization: `Bearer ${tokens.access_token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ all_sessions: true }),
    });
    await page.clock.fastForward('16:00');
    server.clock.advance({ minutes: 16 });
    assert.equal((await tryProfile(page)).status(), 401);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    await page.close();
});

for (const [status, sentence] of [
    [503, 'Not now.'],
    [undefined, 'The server cannot be reached.'],
]) {
    test(`a logout that fails with ${status ?? 'no answer'} is told, and the page forgets the login`, async () => {
        const { page } = await openReference('#tag/authentication/GET/api/auth/me');
        await logIn(page, await signUp(server));
        await fail(page, '/api/auth/logout', status);
        await page.getByRole('button', { name: 'Log out' }).click();
        await page.getByText(`Logged out on this page only. ${sentence}`).waitFor();
        assert.equal((await tryProfile(page)).status(), 401);
        await page.close();
    });
}

test('a wrong password is said so, and the next try logs in', async () => {
    const { username, password } = await signUp(server);
    const { page } = await openReference();
    await page.getByRole('button', { name: 'Log in' }).click();
    await sendLogin(page, username, 'another password');
    await page.getByText('Username or password is wrong.').waitFor();
    await sendLogin(page, username, password);
    await page.getByText(`Logged in as ${username}`).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.close();
});

// Opens the credentials of an operation in the try-it.
async function openCredentials(page, operation) {
    await page.getByRole('button', { name: new RegExp(`Test Request.*${operation}\\)`) }).click();
    const dialog = page.getByRole('dialog');
    const section = dialog.getByRole('button', { name: 'Authentication' });
    // The renderer opens the section by itself where it has read the operation in time.
    if ((await section.getAttribute('aria-expanded')) === 'false') await section.click();
    return dialog;
}

async function requestOf(page, dialog) {
    const sent = page.waitForRequest((request) => new URL(request.url()).pathname.startsWith('/api/'));
    await dialog.getByRole('button', { name: 'Send' }).first().click();
    return sent;
}

test('a token that the reader fills in stands over the login', async () => {
    const [reader, other] = [await signUp(server), await signUp(server)];
    const { page, faults } = await openReference('#tag/authentication/GET/api/auth/me');
    await logIn(page, reader);
    const dialog = await openCredentials(page, 'get /api/auth/me');
    await dialog.getByRole('textbox', { name: 'Bearer Token' }).click();
    await page.keyboard.insertText(other.tokens.access_token);
    const answer = await (await requestOf(page, dialog)).response();
    assert.equal((await answer.json()).username, other.username);
    assert.deepEqual(faults, []);
    await page.close();
});

test('an API key that the reader fills in goes out without the login', async () => {
    const { page } = await openReference('#tag/conversations/GET/api/core/conversations');
    await logIn(page, await signUp(server));
    const dialog = await openCredentials(page, 'get /api/core/conversations');
    await dialog.getByRole('button', { name: 'Selected Auth Type' }).click();
    await page.getByRole('option', { name: 'apiKey' }).first().click();
    await page.keyboard.press('Tab');
    await dialog.getByRole('button', { name: 'apiKey', exact: true }).click();
    await dialog.getByRole('textbox', { name: 'Value' }).first().click();
    await page.keyboard.insertText('xntr-key');
    const headers = await (await requestOf(page, dialog)).allHeaders();
    assert.equal(headers['x-api-key'], 'xntr-key');
    assert.equal(headers.authorization, undefined);
    await page.close();
});

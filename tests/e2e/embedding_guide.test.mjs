import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { startBrowser } from '../support/browser.mjs';
import { eventually } from '../support/eventually.mjs';
import { grant, tampered } from '../support/grants.mjs';
import { makeKey, signUp } from '../support/people.mjs';
import { testsDirectory } from '../support/paths.mjs';
import { Server } from '../support/server.mjs';

// The code of docs/embedding.md, as it stands there: a partner's server and page against a running xentree.
const guide = fs.readFileSync(path.join(testsDirectory, '../docs/embedding.md'), 'utf8');

// The block of code whose first line names the file.
function codeOf(name) {
    const blocks = [...guide.matchAll(/```\w+\n(.*)\n([^]*?)```/g)];
    const [, , code] = blocks.find(([, first]) => first.includes(name)) ?? [];
    assert.ok(code, `the guide has ${name}`);
    return code;
}

async function freePort() {
    const listener = net.createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address();
    listener.close();
    return port;
}

let server, person, partner, directory, origin, browser;

before(async () => {
    const port = await freePort();
    const settings = { listen: `127.0.0.1:${port}` }; // the address is the issuer
    server = await new Server({ settings }).start();
    person = await signUp(server);
    const { key } = await makeKey(person, ['integrations:write', 'conversations:write']);
    origin = `http://localhost:${await freePort()}`;
    // Where the partner's program finds jose.
    directory = fs.mkdtempSync(path.join(testsDirectory, '.partner-'));
    fs.writeFileSync(path.join(directory, 'partner.mjs'), codeOf('partner.mjs'));
    fs.writeFileSync(
        path.join(directory, 'page.html'),
        codeOf('page.html').replace('http://127.0.0.1:8080', server.url),
    );
    partner = spawn(process.execPath, ['partner.mjs'], {
        cwd: directory,
        stdio: ['ignore', 'inherit', 'inherit'],
        env: {
            PATH: process.env.PATH,
            XENTREE_URL: server.url,
            XENTREE_TENANT: person.profile.default_organization_id,
            XENTREE_KEY: key,
            PARTNER_ORIGIN: origin,
        },
    });
    await eventually('the partner serves', async () => (await fetch(origin).catch(() => undefined))?.ok);
    browser = await startBrowser();
});

after(async () => {
    await browser?.close();
    if (partner && partner.exitCode === null) {
        partner.kill();
        await once(partner, 'exit');
    }
    await server?.stop();
    if (directory) fs.rmSync(directory, { recursive: true, force: true });
});

const freshToken = async () => (await fetch(`${origin}/token`)).text();
const check = (token) => fetch(`${origin}/check`, { headers: { Authorization: `Bearer ${token}` } });

test("the partner's page chats with a token, from another origin than the API's", async () => {
    const page = await browser.newPage();
    await page.goto(origin);
    await page.locator('output').filter({ hasText: 'Nothing in this conversation answers that.' }).waitFor();
    await page.close();
});

test("the token is of no use in another site's page", async () => {
    const token = await freshToken();
    const page = await browser.newPage();
    await page.goto(server.url); // some other origin
    const status = await page.evaluate(async (bearer) => {
        const body = JSON.stringify({ message: 'Good morning' });
        const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' };
        return (await fetch('/api/core/chat', { method: 'POST', headers, body })).status;
    }, token);
    assert.equal(status, 403);
    await page.close();
});

test("the partner's server verifies its tokens, and no others", async () => {
    const answer = await check(await freshToken());
    assert.deepEqual([answer.status, await answer.text()], [200, 'learner-4711']);
    const elsewhere = await grant(person.client, { origin: 'https://elsewhere.example' });
    const stranger = await grant((await signUp(server)).client, { origin });
    for (const token of ['', tampered(await freshToken()), person.tokens.access_token, elsewhere.token, stranger.token])
        assert.equal((await check(token)).status, 401);
});

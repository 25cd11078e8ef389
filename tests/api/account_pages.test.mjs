import assert from 'node:assert/strict';
import test from 'node:test';
import { useServer } from '../support/setup.mjs';

const server = useServer();

for (const [page, form] of [
    ['reset-password', 'data-path="api/auth/password/reset"'],
    ['verify-email', 'data-path="api/auth/email/verify"'],
    ['invite', '<form id="log-in">'],
]) {
    test(`the page /${page} tells the token of its link to nobody`, async () => {
        const response = await fetch(`${server.url}/${page}?token=secret-of-the-link`);
        const text = await response.text();
        assert.equal(response.status, 200);
        assert.equal(response.headers.get('Referrer-Policy'), 'no-referrer');
        assert.match(response.headers.get('Content-Security-Policy'), /default-src 'none'; script-src 'self';/);
        assert.ok(text.includes(form));
        assert.ok(!text.includes('secret-of-the-link'));
    });
}

import assert from 'node:assert/strict';
import test from 'node:test';
import { useServer } from '../support/setup.mjs';

const server = useServer();
const files = {
    '/': 'text/html; charset=utf-8',
    '/docs': 'text/html; charset=utf-8',
    '/assets/docs.js': 'text/javascript; charset=utf-8',
    '/assets/docs.css': 'text/css; charset=utf-8',
    '/assets/icon.svg': 'image/svg+xml',
    '/assets/scalar.js': 'text/javascript; charset=utf-8',
};

function get(path, headers = {}, method = 'GET') {
    return fetch(new URL(path, server.url), { method, headers });
}

for (const [path, type] of Object.entries(files)) {
    test(`${path} is packed for who takes it, the same for who does not, and sent once`, async () => {
        const packed = await get(path, { 'Accept-Encoding': 'gzip' });
        const plain = await get(path, { 'Accept-Encoding': 'identity' });
        for (const answer of [packed, plain]) {
            assert.equal(answer.status, 200);
            assert.equal(answer.headers.get('Content-Type'), type);
            assert.match(answer.headers.get('Vary'), /accept-encoding/i);
        }
        assert.equal(packed.headers.get('Content-Encoding'), 'gzip');
        assert.equal(plain.headers.get('Content-Encoding'), null);
        const text = await plain.text();
        assert.equal(await packed.text(), text);
        assert.equal(Number(plain.headers.get('Content-Length')), Buffer.byteLength(text));

        const tag = packed.headers.get('ETag');
        const again = await get(path, { 'If-None-Match': tag });
        assert.equal(again.status, 304);
        assert.equal(again.headers.get('ETag'), tag);
        assert.equal(await again.text(), '');
    });
}

test('HEAD tells the length and sends no body', async () => {
    const asked = { 'Accept-Encoding': 'gzip' };
    const head = await get('/assets/scalar.js', asked, 'HEAD');
    assert.equal(await head.text(), '');
    const whole = await get('/assets/scalar.js', asked);
    assert.equal(head.headers.get('Content-Length'), whole.headers.get('Content-Length'));
    await whole.text();
});

test('no page may load or send anything elsewhere, run what stands in it, or be framed', async () => {
    for (const path of ['/', '/docs']) {
        const { headers } = await get(path);
        const policy = headers.get('Content-Security-Policy').split('; ');
        for (const rule of [
            "default-src 'none'",
            "script-src 'self'",
            "connect-src 'self'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ])
            assert.ok(policy.includes(rule), `${path}: ${rule}`);
        assert.equal(headers.get('Referrer-Policy'), 'no-referrer');
    }
});

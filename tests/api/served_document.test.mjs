import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { readImplementedDocument, readMissingOperations, implementedContract } from '../support/contract.mjs';
import { projectDirectory } from '../support/paths.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

function get(headers = {}) {
    return fetch(new URL('/openapi.json', server.url), { headers });
}

test('the served document is the one that the program prints', async () => {
    const answer = await get();
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('Content-Type'), /json/);
    assert.deepEqual(await answer.json(), readImplementedDocument());
});

test('a client that has it is told so', async () => {
    const tag = (await get()).headers.get('ETag');
    assert.match(tag, /^(W\/)?"[^"]+"$/);
    const again = await get({ 'If-None-Match': tag });
    assert.equal(again.status, 304);
    assert.equal(await again.text(), '');
    assert.equal(again.headers.get('ETag'), tag);
    assert.equal((await get({ 'If-None-Match': '"other"' })).status, 200);
    assert.equal((await get({ 'If-None-Match': `"other", ${tag}` })).status, 304);
});

test('it leaves out what is not built, which is listed', () => {
    const missing = readMissingOperations();
    const ids = implementedContract().operations.map(({ id }) => id);
    assert.equal(new Set([...missing, ...ids]).size, missing.length + ids.length);
    const folder = path.join(projectDirectory, 'contract');
    const files = fs.readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    const written = files.flatMap(
        (name) => fs.readFileSync(path.join(folder, name), 'utf8').match(/^ +operationId:/gm) ?? [],
    );
    assert.equal(missing.length + ids.length, written.length);
});

test('every reference of it leads somewhere, and nothing is left that nothing refers to', () => {
    const document = readImplementedDocument();
    const references = new Set(
        [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference),
    );
    const contract = implementedContract();
    for (const reference of references) assert.ok(contract.resolve({ $ref: reference }), reference);
    for (const name of Object.keys(document.components.schemas)) {
        assert.ok(references.has(`#/components/schemas/${name}`), `nothing refers to ${name}`);
    }
});

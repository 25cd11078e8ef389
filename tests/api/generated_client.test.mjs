import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { after } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { testsDirectory } from '../support/paths.mjs';
import { freshName } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'xentree-client-'));
after(() => fs.rmSync(directory, { recursive: true, force: true }));

const modules = path.join(testsDirectory, 'node_modules');

const compilerOptions = {
    strict: true,
    noEmitOnError: true,
    target: 'es2022',
    lib: ['es2022', 'dom'],
    module: 'esnext',
    moduleResolution: 'bundler',
    types: [],
    outDir: 'out',
};

async function runTool(script, ...args) {
    try {
        await promisify(execFile)(process.execPath, [path.join(modules, script), ...args], { cwd: directory });
    } catch (error) {
        assert.fail(`${script}: ${error.stdout}${error.stderr}`);
    }
}

function lay(name, text) {
    fs.writeFileSync(path.join(directory, name), text);
}

test('a client generated from the served document makes the tour', async () => {
    const document = await fetch(new URL('/openapi.json', server.url));
    lay('openapi.json', await document.text());
    lay('package.json', '{ "type": "module" }');
    lay('tour.ts', fs.readFileSync(path.join(testsDirectory, 'support/tour.ts')));
    fs.symlinkSync(modules, path.join(directory, 'node_modules'));
    await runTool(
        'openapi-typescript/bin/cli.js',
        'openapi.json',
        '--default-non-nullable',
        'false',
        '--output',
        'contract.d.ts',
    );
    lay('tsconfig.json', JSON.stringify({ compilerOptions, files: ['tour.ts'] }));
    await runTool('typescript/bin/tsc', '--project', '.');

    const { takeTour } = await import(pathToFileURL(path.join(directory, 'out/tour.js')));
    const username = freshName();
    const { answer, ...rest } = await takeTour(server.url, username);
    assert.notEqual(answer, '');
    assert.deepEqual(rest, { username, titles: ['Tour'], roles: ['user', 'assistant'], error: 'not_found' });
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { after } from 'node:test';
import { ChildProcess } from '../support/childProcess.mjs';
import { programEnvironment } from '../support/environment.mjs';
import { binary } from '../support/paths.mjs';

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'xentree-cli-'));
const data = path.join(directory, 'data');
after(() => fs.rmSync(directory, { recursive: true, force: true }));

// Runs the program to its end: { code, output, log }.
function run(args, environment = {}) {
    const env = programEnvironment(environment);
    return new Promise((resolve) => {
        execFile(binary, args, { env, timeout: 30_000 }, (error, output, log) =>
            resolve({ code: error?.code ?? 0, output, log }),
        );
    });
}

async function startAndEnd(args, environment = {}) {
    const server = new ChildProcess(binary, ['serve', ...args], programEnvironment(environment));
    try {
        await server.printed(/is listening on http:\/\/\S+/);
        return server.output;
    } finally {
        server.signal('SIGTERM');
        const { code } = await server.ended();
        assert.equal(code, 0, server.log);
    }
}

const place = ['--listen', '127.0.0.1:0', '--data', data];

test('--help teaches the commands, and serve --help every setting', async () => {
    const { code, output } = await run(['--help']);
    assert.equal(code, 0);
    for (const command of ['serve', 'migrate', 'openapi', 'admin', 'doctor'])
        assert.match(output, new RegExp(`\\b${command}\\b`));
    const serve = await run(['serve', '--help']);
    assert.equal(serve.code, 0);
    for (const setting of ['--listen', '--data', '--database', '--config', 'limits.address', 'XENTREE_'])
        assert.ok(serve.output.includes(setting), setting);
});

test('the start says where the API, its reference and its health are', async () => {
    const output = await startAndEnd(place);
    assert.match(output, /is listening on http:\/\/127\.0\.0\.1:\d+/);
    assert.match(output, /reference/i);
    assert.match(output, /\/api\/health/);
});

test('a setting may come from the environment or a file, and a flag stands over both', async () => {
    const config = path.join(directory, 'xentree.toml');
    fs.writeFileSync(config, 'listen = "127.0.0.1:0"\n');
    await startAndEnd(['--data', data, '--config', config]);
    await startAndEnd([], { XENTREE_LISTEN: '127.0.0.1:0', XENTREE_DATA: data });
    await startAndEnd(['--listen', '127.0.0.1:0', '--data', data], { XENTREE_LISTEN: '127.0.0.1:1' });
});

for (const [what, args, environment, file, name] of [
    ['an unknown flag', ['--limits.nothing', '1'], {}, undefined, 'limits.nothing'],
    ['an unknown member of the file', [], {}, '[limits]\nnothing = 1\n', 'limits.nothing'],
    ['a value of another kind', ['--limits.address', 'many'], {}, undefined, 'limits.address'],
    ['a value of another kind in the file', [], {}, '[limits]\naddress = "many"\n', 'limits.address'],
    ['a value out of bounds', ['--limits.address', '-1'], {}, undefined, 'limits.address'],
    ['a wrong value in the environment', [], { XENTREE_LIMITS_ADDRESS: 'many' }, undefined, 'limits.address'],
    ['an unknown variable', [], { XENTREE_LIMITS_NOTHING: '1' }, undefined, 'XENTREE_LIMITS_NOTHING'],
    ['a malformed file', [], {}, 'listen = \n', 'toml'],
    ['a listen address that is none', ['--listen', 'nowhere'], {}, undefined, 'listen'],
    ['a provider without a base URL', [], {}, '[provider.house]\nkind = "openai"\nmodels = ["a"]\n', 'house'],
    ['a provider of an unknown kind', [], {}, '[provider.house]\nkind = "magic"\n', 'house'],
]) {
    test(`${what} stops the start with its name`, async () => {
        const more = [...args];
        if (file !== undefined) {
            fs.writeFileSync(path.join(directory, 'wrong.toml'), file);
            more.push('--config', path.join(directory, 'wrong.toml'));
        }
        const usual = args.includes('--listen') ? ['--data', data] : place;
        const { code, log, output } = await run(['serve', ...usual, ...more], environment);
        assert.notEqual(code, 0);
        assert.ok(`${log}${output}`.includes(name), `${name} is not named in: ${log}${output}`);
    });
}

test('an address that is taken stops the start and is named', async () => {
    const server = new ChildProcess(binary, ['serve', ...place]);
    const [, address] = await server.printed(/is listening on http:\/\/(\S+)/);
    const { code, log, output } = await run(['serve', '--listen', address, '--data', path.join(directory, 'other')]);
    server.signal('SIGTERM');
    await server.ended();
    assert.notEqual(code, 0);
    assert.ok(`${log}${output}`.includes(address));
});

test('migrate makes the database, a second time too', async () => {
    const fresh = ['--data', path.join(directory, 'migrated')];
    assert.equal((await run(['migrate', ...fresh])).code, 0);
    assert.equal((await run(['migrate', ...fresh])).code, 0);
    await startAndEnd(['--listen', '127.0.0.1:0', ...fresh]);
});

test('doctor finds a healthy installation healthy', async () => {
    const { code, output } = await run(['doctor', '--data', data]);
    assert.equal(code, 0, output);
    for (const part of ['database', 'disk', 'clock']) assert.match(output, new RegExp(part, 'i'));
});

test('doctor says what is wrong with a database that cannot be reached', async () => {
    const { code, output, log } = await run([
        'doctor',
        '--data',
        data,
        '--database',
        `postgresql:///x?host=${directory}`,
    ]);
    assert.notEqual(code, 0);
    assert.match(`${output}${log}`, /database/i);
});

test('a plan that there is not is refused, and so is nobody', async () => {
    const wrong = await run(['admin', 'set-plan', 'nobody', 'gold', '--data', data]);
    assert.notEqual(wrong.code, 0);
    assert.match(`${wrong.output}${wrong.log}`, /gold/);
    const { code, output, log } = await run(['admin', 'set-plan', 'nobody', 'pro', '--data', data]);
    assert.notEqual(code, 0);
    assert.match(`${output}${log}`, /There is no account 'nobody'/);
});

test('an admin command for nobody says so', async () => {
    const { code, output, log } = await run(['admin', 'promote', 'nobody', '--data', data]);
    assert.notEqual(code, 0);
    assert.match(`${output}${log}`, /nobody/);
});

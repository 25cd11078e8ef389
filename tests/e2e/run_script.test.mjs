import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { after } from 'node:test';
import { ChildProcess } from '../support/childProcess.mjs';
import { projectDirectory } from '../support/paths.mjs';

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'xentree-run-'));
after(() => fs.rmSync(directory, { recursive: true, force: true }));

// Runs ./run until it listens, calls it once and ends it; the milliseconds that it took to listen.
async function start(within) {
    const begin = performance.now();
    const script = new ChildProcess(path.join(projectDirectory, 'run'), [
        '--listen',
        '127.0.0.1:0',
        '--data',
        directory,
    ]);
    try {
        const [, url] = await script.printed(/is listening on (http:\/\/\S+)/, { within });
        const took = performance.now() - begin;
        const health = await fetch(new URL('/api/health', url));
        assert.equal((await health.json()).status, 'ok');
        return took;
    } finally {
        script.signal('SIGTERM');
        const { code } = await script.ended();
        assert.equal(code, 0, script.log);
    }
}

test('./run builds what is missing, serves, and ends with SIGTERM', async () => {
    await start(30 * 60_000);
});

test('a second ./run with nothing changed starts within two seconds', async () => {
    const times = [await start(30_000), await start(30_000), await start(30_000)];
    assert.ok(Math.min(...times) < 2_000, `${times.map(Math.round)} ms`);
});

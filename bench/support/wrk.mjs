import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

const run = promisify(execFile);
const script = path.join(path.dirname(fileURLToPath(import.meta.url)), 'wrk.lua');

// Answers { requests, seconds, p50, p99, failed }, times in milliseconds. Whatever is no 2xx has failed. Several tokens or
// bodies take turns, together.
export async function wrk({ url, method, tokens, bodies = [], connections, seconds }) {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'xentree-wrk-'));
    try {
        for (const [name, lines] of Object.entries({ tokens, bodies }))
            fs.writeFileSync(path.join(directory, name), lines.map((line) => `${line}\n`).join(''));
        const { stdout } = await run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url], {
            env: { ...process.env, METHOD: method, DIRECTORY: directory },
        });
        return JSON.parse(stdout.match(/RESULT (.*)/)[1]);
    } finally {
        fs.rmSync(directory, { recursive: true });
    }
}

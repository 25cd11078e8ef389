import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

const run = promisify(execFile);
const script = path.join(path.dirname(fileURLToPath(import.meta.url)), 'wrk.lua');

// Answers { requests, seconds, p50, p99, failed }, times in milliseconds. Whatever is no 2xx has failed.
export async function wrk({ url, method, token, body = '', connections, seconds }) {
    const { stdout } = await run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url], {
        env: { ...process.env, METHOD: method, TOKEN: token, BODY: body },
    });
    return JSON.parse(stdout.match(/RESULT (.*)/)[1]);
}

// bench_load (bench/driver/load.cpp) as a function.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { projectDirectory } from '../../tests/support/paths.mjs';

const program = path.join(projectDirectory, 'build/release/bench_load');

// A whole request for it. `body`: a value, sent as JSON.
export function requestText(url, { method = 'GET', target, token, body, form }) {
    const content = form ? new URLSearchParams(form).toString() : body ? JSON.stringify(body) : '';
    const headers = {
        Host: new URL(url).host,
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(content ? { 'Content-Type': form ? 'application/x-www-form-urlencoded' : 'application/json' } : {}),
        ...(method === 'POST' ? { 'Content-Length': Buffer.byteLength(content) } : {}),
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${content}`;
}

// options: connections, seconds, rate, warmup. Answers what bench_load prints.
export async function load(url, request, options) {
    const { hostname, port } = new URL(url);
    const words = Object.entries(options).map(([name, value]) => `${name}=${value}`);
    const child = spawn(program, [hostname, port, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(requestText(url, request));
    return JSON.parse(await text(child.stdout));
}

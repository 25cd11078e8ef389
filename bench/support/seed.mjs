// One account with a page of conversations, made by xentree itself; every contestant gets a copy of that database.
import { execFile } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { startXentree } from './contestants.mjs';

const run = promisify(execFile);
export const account = { username: 'bench', email: 'bench@example.com', password: 'a password for the bench' };

export async function call(url, token, method, target, body) {
    const answer = await fetch(url + target, {
        method,
        headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
        body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${url}${target}: ${answer.status} ${await answer.text()}`);
    return { status: answer.status, body: await answer.json() };
}

// An access token of xentree's own; it is good for 15 minutes.
export async function logIn(url) {
    const answer = await fetch(`${url}/api/auth/login`, {
        method: 'POST',
        body: new URLSearchParams({ username: account.username, password: account.password }),
    });
    if (!answer.ok) throw new Error(`login: ${answer.status} ${await answer.text()}`);
    return (await answer.json()).access_token;
}

// The token that a peer takes: the same claims, signed with the bench's secret.
export function signToken(claims, secret) {
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const hour = Math.floor(Date.now() / 1000) + 3600;
    const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ ...claims, exp: hour })}`;
    return `${text}.${crypto.createHmac('sha256', secret).update(text).digest('base64url')}`;
}

export async function fill(url) {
    await call(url, undefined, 'POST', '/api/auth/register', account);
    const token = await logIn(url);
    for (let count = 0; count < 20; count += 1)
        await call(url, token, 'POST', '/api/core/conversations', { title: `Conversation ${count}` });
    return token;
}

// A database with the account in it, and the claims of a session of it. `postgres`: where it is to be of PostgreSQL.
export class Seed {
    static async make(directory, postgres) {
        const seed = new Seed();
        seed.directory = path.join(directory, 'seed');
        seed.postgres = postgres;
        const server = await startXentree({
            directory: seed.directory,
            database: postgres && (await postgres.createDatabase('seed')),
        });
        const token = await fill(server.url);
        const { sub, sid } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
        seed.claims = { sub, sid };
        await server.stop();
        return seed;
    }

    // A copy of the data directory.
    copyTo(directory) {
        fs.cpSync(this.directory, directory, { recursive: true });
        return directory;
    }

    // The address of a copy of the PostgreSQL database.
    async copyDatabase(name) {
        const program = '/usr/lib/postgresql/15/bin/createdb';
        await run(program, ['-h', this.postgres.directory, '-U', 'postgres', '-T', 'seed', name]);
        return `postgresql:///${name}?host=${this.postgres.directory}&user=postgres`;
    }
}

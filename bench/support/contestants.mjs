// The servers that are measured, each as { name, url, pid, token(), stop() } with a copy of the seed's database.
import crypto from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildProcess } from '../../tests/support/childProcess.mjs';
import { programEnvironment } from '../../tests/support/environment.mjs';
import { binary } from '../../tests/support/paths.mjs';
import { logIn, signToken } from './seed.mjs';

const peers = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../peers');
const secret = crypto.randomBytes(32).toString('base64url');

// Limits that count, as in service, at the most that the settings take: a million a minute.
const farLimits = ['address', 'caller', 'login-address', 'login-account', 'register-address', 'refresh-address', 'chat'];

// xentree on a data directory. `settings`: more of them, by flag.
export async function startXentree({ directory, database, threads = 1, settings = {} }) {
    const all = {
        data: directory,
        listen: '127.0.0.1:0',
        threads,
        'access-log': false,
        'log-level': 'warning',
        'http.max-connections-per-address': 0, // all load comes from one
        ...(database ? { database } : {}),
        ...Object.fromEntries(farLimits.map((name) => [`limits.${name}`, 1_000_000])),
        'ai.monthly.free': 1_000_000_000,
        ...settings,
    };
    const words = Object.entries(all).flatMap(([name, values]) =>
        [values].flat().flatMap((value) => [`--${name}`, String(value)]),
    );
    const child = new ChildProcess(binary, ['serve', ...words]);
    const [, url] = await child.printed(/is listening on (http:\/\/\S+)/);
    return contestant('xentree', child, url, () => logIn(url));
}

async function startPeer({ name, command, words, database, seed, stream, ready }) {
    const environment = programEnvironment({
        BENCH_DATABASE: database,
        BENCH_SECRET: secret,
        PYTHONDONTWRITEBYTECODE: '1',
        NODE_ENV: 'production',
    });
    const child = new ChildProcess(command, words, environment);
    const [, url] = await child.printed(ready, { stream });
    return contestant(name, child, url, () => signToken(seed.claims, secret));
}

function contestant(name, child, url, token) {
    const stop = async () => {
        child.signal('SIGTERM');
        await child.ended();
    };
    return { name, url, token, stop, pid: child.pid };
}

// Debian's uvicorn with uvloop and httptools, one worker.
export function startFastApi({ database, seed }) {
    return startPeer({
        name: 'FastAPI',
        command: '/usr/bin/python3',
        words: [
            ...['-m', 'uvicorn', 'main:app', '--app-dir', path.join(peers, 'fastapi'), '--no-access-log'],
            ...['--host', '127.0.0.1', '--port', '0', '--loop', 'uvloop', '--http', 'httptools'],
        ],
        database,
        seed,
        stream: 'log',
        ready: /running on (http:\/\/[\d.:]+)/,
    });
}

export function startFastify({ database, seed }) {
    return startPeer({
        name: 'Fastify',
        command: process.execPath,
        words: [path.join(peers, 'fastify', 'server.mjs')],
        database,
        seed,
        ready: /listening on (http:\/\/[\d.:]+)/,
    });
}

// All that speak to this database, each with a copy of the seed's.
export async function startAll(seed, directory) {
    const place = (name) => seed.copyTo(path.join(directory, name));
    if (seed.postgres) {
        const ours = { directory: place('xentree'), database: await seed.copyDatabase('xentree') };
        return [
            await startXentree(ours),
            await startFastApi({ database: await seed.copyDatabase('fastapi'), seed }),
        ];
    }
    return [
        await startXentree({ directory: place('xentree') }),
        await startFastApi({ database: path.join(place('fastapi'), 'xentree.db'), seed }),
        await startFastify({ database: path.join(place('fastify'), 'xentree.db'), seed }),
    ];
}

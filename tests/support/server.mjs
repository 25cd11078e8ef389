import { execFile } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ChildProcess } from './childProcess.mjs';
import { Clock } from './clock.mjs';
import { programEnvironment } from './environment.mjs';
import { binary } from './paths.mjs';
import { Postgres } from './postgres.mjs';

const run = promisify(execFile);

export const databaseKind = process.env.XENTREE_TEST_DATABASE ?? 'sqlite';

// Cheap passwords, a client address of the test's choice, and nothing that depends on the machine.
const usualSettings = {
    listen: '127.0.0.1:0',
    'trusted-proxies': '127.0.0.1',
    'argon2-memory-kib': 1024,
    'log-format': 'json',
};

// The PostgreSQL of this test run (run.mjs starts it), or the test's own.
function runsPostgres() {
    const directory = process.env.XENTREE_TEST_POSTGRES;
    if (!directory) throw new Error('No PostgreSQL is running: use node tests/run.mjs api postgresql [FILE...]');
    return new Postgres(directory);
}

// A running xentree with a data directory, a database and a clock of its own.
//   settings  more of them, by name; a value of undefined takes a usual one away
//   toml      text of a configuration file
//   postgres  answers a PostgreSQL of the test's own
//   beside    another server: a second node on its PostgreSQL, with its clock and master key. Ends before that one
//   dataDirectory  answers the data directory, where it is not to be beside the rest
export class Server {
    #options;
    #process;
    #database;

    constructor(options = {}) {
        this.#options = options;
    }

    async start() {
        if (!this.directory) await this.#lay();
        this.#process = new ChildProcess(binary, ['serve', ...this.#arguments()]);
        const [, url] = await this.#process.printed(/is listening on (http:\/\/\S+)/);
        this.url = url;
        return this;
    }

    async #lay() {
        this.directory = fs.mkdtempSync(path.join(os.tmpdir(), 'xentree-test-'));
        const { beside } = this.#options;
        if (beside) return Object.assign(this, this.#shared(beside));
        this.dataDirectory = this.#options.dataDirectory?.() ?? path.join(this.directory, 'data');
        this.clock = new Clock(path.join(this.directory, 'clock'));
        if (databaseKind !== 'postgresql') return this;
        this.#database = `test_${crypto.randomBytes(6).toString('hex')}`;
        this.databaseUrl = await this.#postgres().createDatabase(this.#database);
        return this;
    }

    #shared({ clock, databaseUrl, dataDirectory }) {
        if (!databaseUrl) throw new Error('only PostgreSQL serves two nodes');
        return { clock, databaseUrl, dataDirectory };
    }

    #postgres() {
        return this.#options.postgres?.() ?? runsPostgres();
    }

    #placeArguments() {
        return ['--data', this.dataDirectory, ...(this.databaseUrl ? ['--database', this.databaseUrl] : [])];
    }

    #arguments() {
        const args = [...this.#placeArguments(), '--test-clock', this.clock.file];
        const settings = { ...usualSettings, ...this.#options.settings };
        for (const [name, value] of Object.entries(settings)) {
            if (value !== undefined) args.push(`--${name}`, String(value));
        }
        if (this.#options.toml) {
            const file = path.join(this.directory, 'xentree.toml');
            fs.writeFileSync(file, this.#options.toml);
            args.push('--config', file);
        }
        return args;
    }

    // Runs `xentree admin ...` beside the server.
    async admin(...args) {
        return run(binary, ['admin', ...args, ...this.#placeArguments()], { env: programEnvironment() });
    }

    // Of SQLite.
    get databaseFile() {
        return path.join(this.dataDirectory, 'xentree.db');
    }

    get log() {
        return this.#process?.log ?? '';
    }

    get pid() {
        return this.#process.pid;
    }

    logged(pattern) {
        return this.#process.printed(pattern, { stream: 'log' });
    }

    // Asks the server to end; resolves when it has, which has to be with code 0.
    async terminate() {
        this.#process.signal('SIGTERM');
        return this.hasEnded();
    }

    signal(name) {
        this.#process.signal(name);
    }

    async hasEnded() {
        const { code, signal } = await this.#process.ended();
        if (code !== 0) throw new Error(`The server ended with code ${code}, signal ${signal}\n${this.log}`);
    }

    async kill() {
        this.#process.signal('SIGKILL');
        await this.#process.ended();
    }

    async restart() {
        if (this.#process.running) await this.terminate();
        return this.start();
    }

    // Ends the server and removes all that it left.
    async stop() {
        try {
            if (this.#process?.running) await this.terminate();
        } finally {
            if (this.#database && !this.#options.postgres) await runsPostgres().dropDatabase(this.#database);
            if (this.directory) fs.rmSync(this.directory, { recursive: true, force: true });
        }
    }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { programEnvironment } from './environment.mjs';

const keptLogLength = 8 * 1024 * 1024;

// None outlives the process that started it, however that ends.
const started = new Set();
process.on('exit', () => started.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

// A program that a test started: what it prints is kept, and it is ended by its own process id only.
export class ChildProcess {
    #child;
    #exit;
    #listeners = new Set();
    output = '';
    log = '';

    constructor(command, args, environment = programEnvironment()) {
        this.#child = spawn(command, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
        started.add(this.#child);
        this.#child.once('exit', () => started.delete(this.#child));
        const closed = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }));
        this.#exit = closed.catch((error) => ({ code: null, signal: null, error }));
        this.#child.stdout.setEncoding('utf8').on('data', (text) => this.#keep('output', text));
        this.#child.stderr.setEncoding('utf8').on('data', (text) => this.#keep('log', text));
    }

    #keep(stream, text) {
        this[stream] = (this[stream] + text).slice(-keptLogLength);
        for (const listener of this.#listeners) listener();
    }

    get pid() {
        return this.#child.pid;
    }

    get running() {
        return this.#child.exitCode === null && this.#child.signalCode === null;
    }

    signal(name) {
        if (this.running) this.#child.kill(name);
    }

    // Resolves with the first match in what was printed on a stream; rejects when the program ends before.
    async printed(pattern, { stream = 'output', within = 20_000 } = {}) {
        let listener;
        const found = new Promise((resolve) => {
            listener = () => {
                const match = this[stream].match(pattern);
                if (match) resolve(match);
            };
            this.#listeners.add(listener);
            listener();
        });
        const patience = new AbortController();
        const ended = this.#exit.then(({ code, signal, error }) => {
            listener();
            throw error ?? new Error(`ended (code ${code}, signal ${signal}) without printing ${pattern}\n${this.log}`);
        });
        const late = delay(within, undefined, { signal: patience.signal }).then(() => {
            throw new Error(`did not print ${pattern} within ${within} ms\n${this.log}`);
        });
        late.catch(() => {});
        ended.catch(() => {});
        try {
            return await Promise.race([found, ended, late]);
        } finally {
            patience.abort();
            this.#listeners.delete(listener);
        }
    }

    // Resolves with { code, signal } when the program has ended; kills it when that takes too long.
    async ended({ within = 20_000 } = {}) {
        const patience = new AbortController();
        const late = delay(within, 'late', { signal: patience.signal }).catch(() => {});
        const first = await Promise.race([this.#exit, late]);
        patience.abort();
        if (first !== 'late') return first;
        this.signal('SIGKILL');
        await this.#exit;
        throw new Error(`process ${this.pid} did not end within ${within} ms and was killed\n${this.log}`);
    }
}

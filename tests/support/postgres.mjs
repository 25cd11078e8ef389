import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const programs = '/usr/lib/postgresql/15/bin';
const asRoot = process.getuid() === 0;

// Debian's PostgreSQL refuses to run as root: as root it runs as the package's own user.
function asServer(program, args) {
    const whole = [path.join(programs, program), ...args];
    return asRoot ? run('runuser', ['-u', 'postgres', '--', ...whole]) : run(whole[0], whole.slice(1));
}

// A private PostgreSQL that listens on a socket in its own directory and nowhere else.
export class Postgres {
    #directory;

    constructor(directory) {
        this.#directory = directory;
    }

    // durable: whether commits wait for the disk, which only a crash test needs.
    static async start({ durable = false } = {}) {
        const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'xentree-postgres-'));
        if (asRoot) await run('chown', ['postgres:', directory]);
        const server = new Postgres(directory);
        await asServer('initdb', [
            '-D',
            server.data,
            '-U',
            'postgres',
            '--auth=trust',
            '-E',
            'UTF8',
            '--locale=C',
            '-N',
        ]);
        const settings = [
            `listen_addresses = ''`,
            `unix_socket_directories = '${directory}'`,
            'max_connections = 200',
            'shared_buffers = 64MB',
            ...(durable ? [] : ['fsync = off', 'synchronous_commit = off', 'full_page_writes = off']),
        ];
        fs.appendFileSync(path.join(server.data, 'postgresql.conf'), settings.join('\n') + '\n');
        await server.resume();
        return server;
    }

    get directory() {
        return this.#directory;
    }

    get data() {
        return path.join(this.#directory, 'data');
    }

    async resume() {
        await asServer('pg_ctl', [
            '-D',
            this.data,
            '-w',
            '-s',
            '-l',
            path.join(this.#directory, 'server.log'),
            'start',
        ]);
    }

    // mode: fast, or immediate, which is a crash.
    async halt(mode = 'fast') {
        await asServer('pg_ctl', ['-D', this.data, '-w', '-s', '-m', mode, 'stop']);
    }

    async createDatabase(name) {
        await run(path.join(programs, 'createdb'), ['-h', this.#directory, '-U', 'postgres', name]);
        return `postgresql:///${name}?host=${this.#directory}&user=postgres`;
    }

    async dropDatabase(name) {
        await run(path.join(programs, 'dropdb'), ['-h', this.#directory, '-U', 'postgres', '--force', name]);
    }

    async remove() {
        await this.halt('immediate');
        fs.rmSync(this.#directory, { recursive: true, force: true });
    }
}

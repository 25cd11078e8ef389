import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

// A file system of its own in memory, which a test can fill up. Mounting one takes root.
export class SmallVolume {
    constructor(size) {
        this.directory = fs.mkdtempSync(path.join(os.tmpdir(), 'xentree-volume-'));
        execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', this.directory]);
    }

    get #filler() {
        return path.join(this.directory, 'filler');
    }

    // Leaves no byte free.
    fill() {
        const file = fs.openSync(this.#filler, 'a');
        try {
            for (const size of [65536, 4096]) this.#write(file, Buffer.alloc(size));
        } finally {
            fs.closeSync(file);
        }
    }

    #write(file, bytes) {
        for (;;) {
            try {
                fs.writeSync(file, bytes);
            } catch (error) {
                if (error.code === 'ENOSPC') return;
                throw error;
            }
        }
    }

    free() {
        fs.rmSync(this.#filler, { force: true });
    }

    remove() {
        execFileSync('umount', [this.directory]);
        fs.rmdirSync(this.directory);
    }
}

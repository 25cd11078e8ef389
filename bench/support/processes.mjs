// What the kernel tells of processes.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const clockTicks = 100; // of /proc/PID/stat, a second

// User and system time of a process; `withEnded`: and of its children that have ended.
export function processorMilliseconds(pid, { withEnded = false } = {}) {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    const ticks = fields.slice(11, withEnded ? 15 : 13).reduce((sum, field) => sum + Number(field), 0);
    return (ticks * 1000) / clockTicks;
}

function memoryMiB(pid, field) {
    return Number(fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(`${field}:\\s+(\\d+)`)[1]) / 1024;
}

export const peakMemoryMiB = (pid) => memoryMiB(pid, 'VmHWM');
export const residentMemoryMiB = (pid) => memoryMiB(pid, 'VmRSS');

// PostgreSQL's processes together: the postmaster, its children, and those that have ended.
export function databaseMilliseconds(postgres) {
    const [pid] = fs.readFileSync(path.join(postgres.data, 'postmaster.pid'), 'utf8').split('\n');
    const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return children.reduce(
        (sum, child) => sum + processorMilliseconds(child),
        processorMilliseconds(pid, { withEnded: true }),
    );
}

export function machine() {
    const [{ model }] = os.cpus();
    return { processor: model, cores: os.cpus().length, kernel: os.release(), node: process.version };
}

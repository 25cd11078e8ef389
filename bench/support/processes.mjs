// What the kernel tells of processes.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const clockTicks = 100; // of /proc/PID/stat, a second

// What stands behind the name in /proc/.../stat.
const statFields = (file) => fs.readFileSync(file, 'utf8').split(') ')[1].split(' ').map(Number);

function milliseconds(fields, last) {
    return (fields.slice(11, last).reduce((sum, ticks) => sum + ticks, 0) * 1000) / clockTicks;
}

// User and system time of a process; `withEnded`: and of its children that have ended.
export function processorMilliseconds(pid, { withEnded = false } = {}) {
    return milliseconds(statFields(`/proc/${pid}/stat`), withEnded ? 15 : 13);
}

// The same of those of its threads that give way to the others.
export function lowPriorityMilliseconds(pid) {
    const niceness = 16;
    const own = statFields(`/proc/${pid}/stat`)[niceness];
    return fs
        .readdirSync(`/proc/${pid}/task`)
        .map((thread) => statFields(`/proc/${pid}/task/${thread}/stat`))
        .filter((fields) => fields[niceness] > own)
        .reduce((sum, fields) => sum + milliseconds(fields, 13), 0);
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

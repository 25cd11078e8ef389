// node tests/run.mjs api|crash|stress|e2e [sqlite|postgresql] [FILE...]
// Runs a part of the black-box tests against build/release/xentree (or XENTREE_BINARY). A whole run of `api`
// ends with what it covered of the contract. The exit code tells whether all is well.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { binary, testsDirectory } from './support/paths.mjs';

const minute = 60_000;
// How long one file may take.
const parts = {
    api: { folders: ['support', 'api'], timeout: 2 * minute },
    crash: { folders: ['crash'], timeout: 5 * minute, durable: true },
    stress: { folders: ['stress'], timeout: 5 * minute },
    e2e: { folders: ['e2e'], timeout: 45 * minute }, // ./run may have to build first
};
const databases = ['sqlite', 'postgresql'];
const filesAtOnce = 2;

function readArguments([part, ...rest]) {
    const database = databases.includes(rest[0]) ? rest.shift() : 'sqlite';
    if (!parts[part]) throw new Error('usage: node tests/run.mjs api|crash|stress|e2e [sqlite|postgresql] [FILE...]');
    if (!fs.existsSync(binary)) throw new Error(`${binary} is not there: build it with ./run --build`);
    return {
        part: parts[part],
        database,
        files: rest.map((file) => path.resolve(file)),
        coverage: part === 'api' && rest.length === 0,
    };
}

function testFiles(folders) {
    return folders.flatMap((folder) => {
        const directory = path.join(testsDirectory, folder);
        return fs
            .readdirSync(directory)
            .filter((name) => name.endsWith('.test.mjs'))
            .map((name) => path.join(directory, name));
    });
}

async function runTests(files, environment, { timeout }) {
    const args = [
        '--test',
        `--test-concurrency=${filesAtOnce}`,
        `--test-timeout=${timeout}`,
        '--test-reporter=spec',
        ...files,
    ];
    const child = spawn(process.execPath, args, { stdio: 'inherit', env: environment });
    // Whoever ends this run ends the tests by it, and what was started for them is removed all the same.
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
    const [code] = await once(child, 'exit');
    return code === 0;
}

const { part, database, files, coverage } = readArguments(process.argv.slice(2));
process.env.XENTREE_TEST_DATABASE = database;
const coverageDirectory = fs.mkdtempSync(path.join(os.tmpdir(), 'xentree-coverage-'));
const { Postgres } = await import('./support/postgres.mjs');
const postgres = database === 'postgresql' ? await Postgres.start(part) : undefined;
let passed = false;
try {
    const environment = {
        ...process.env,
        XENTREE_COVERAGE_DIR: coverageDirectory,
        XENTREE_TEST_POSTGRES: postgres?.directory ?? '',
    };
    passed = await runTests(files.length > 0 ? files : testFiles(part.folders), environment, part);
    if (coverage) {
        const { reportCoverage } = await import('./support/coverage.mjs');
        passed = reportCoverage(coverageDirectory) && passed;
    }
} finally {
    await postgres?.remove();
    fs.rmSync(coverageDirectory, { recursive: true, force: true });
}
process.exitCode = passed ? 0 : 1;

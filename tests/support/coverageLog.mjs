import fs from 'node:fs';
import path from 'node:path';

const directory = process.env.XENTREE_COVERAGE_DIR;
const seen = new Set();

// Notes that an answer which holds to the contract was seen.
export function recordAnswer(operationId, status) {
    const key = `${operationId} ${status}`;
    if (!directory || seen.has(key)) return;
    seen.add(key);
    fs.appendFileSync(path.join(directory, `${process.pid}.ndjson`), JSON.stringify({ operationId, status }) + '\n');
}

// All that was noted in a directory, as "operationId status".
export function readRecords(from) {
    const files = fs.readdirSync(from).filter((name) => name.endsWith('.ndjson'));
    const lines = files.flatMap((name) => fs.readFileSync(path.join(from, name), 'utf8').trim().split('\n'));
    return new Set(lines.map((line) => JSON.parse(line)).map(({ operationId, status }) => `${operationId} ${status}`));
}

// Tables for people, a file for README's table.
import fs from 'node:fs';
import path from 'node:path';
import { projectDirectory } from '../../tests/support/paths.mjs';
import { machine } from './processes.mjs';

export function median(values) {
    return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

// Rows of text; the first `words` columns are left-aligned.
export function table(heads, rows, words = 1) {
    const line = (cells) => `| ${cells.join(' | ')} |`;
    return [line(heads), line(heads.map((_, column) => (column < words ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

// Writes build/bench/NAME.json and says so.
export function keep(name, results) {
    const file = path.join(projectDirectory, 'build/bench', `${name}.json`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const whole = { at: new Date().toISOString(), machine: machine(), ...results };
    fs.writeFileSync(file, `${JSON.stringify(whole, undefined, 4)}\n`);
    console.log(`\nKept in ${path.relative(process.cwd(), file)}`);
}

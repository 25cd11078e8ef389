import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { variants, givenThings, leastRoles, roles } from './matrix/things.mjs';
import { testsDirectory } from './paths.mjs';

const strongestFirst = [...roles].reverse();

// The table of docs/roles.md: { `operation`, with what is said of it: the weakest role that may }.
function readTable() {
    const text = fs.readFileSync(path.join(testsDirectory, '../docs/roles.md'), 'utf8');
    const [head, , ...rows] = text
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map((line) =>
            line
                .split('|')
                .slice(1, -1)
                .map((cell) => cell.trim()),
        );
    assert.deepEqual(head.slice(2), strongestFirst);
    return Object.fromEntries(
        rows.flatMap(([, operations, ...marks]) => {
            const count = marks.filter((mark) => mark === 'yes').length;
            assert.deepEqual(
                marks,
                strongestFirst.map((_, at) => (at < count ? 'yes' : '')),
                operations,
            );
            return operations.split(', ').map((name) => [name.replaceAll('`', ''), strongestFirst[count - 1]]);
        }),
    );
}

test('the roles table tells what the tenant matrix holds the server to', () => {
    const given = Object.entries(givenThings).filter(([, { of }]) => of === 'organization');
    const ofRoles = variants.filter(({ least }) => least);
    assert.deepEqual(readTable(), {
        ...leastRoles,
        ...Object.fromEntries(given.map(([name, { least }]) => [name.split(' ')[0], least])),
        ...Object.fromEntries(ofRoles.map(({ operation, what, least }) => [`${operation} ${what}`, least])),
    });
});

import { rowChanges } from '../databaseRows.mjs';

// What is wrong with how a request was answered, as sentences.
//   expected  [status, code] of the answer, or undefined for any success
//   changing  whether the caller may change rows, all but those of `owned`
//   answer    of Client.call
//   changes   { before, after }: all rows of the database around it
//   hidden    texts that no answer to this caller may hold
//   owned     ids of somebody else
export function faultsOf({ expected, changing, answer, changes, hidden, owned }) {
    const rows = rowChanges(changes.before, changes.after);
    return [
        ...answerFaults(expected, answer),
        ...rows.filter((row) => !changing || touches(row, owned)).map((row) => `changed ${row}`),
        ...hidden.filter((text) => answer.text.includes(text)).map((text) => `told ${text}`),
    ];
}

function answerFaults(expected, { status, body, text }) {
    if (!expected) return status < 400 ? [] : [`answered ${status} to what is allowed: ${text}`];
    const [got, wanted] = [`${status} ${body?.detail?.error}`, expected.join(' ')];
    return got === wanted ? [] : [`answered ${got} instead of ${wanted}`];
}

// One database writes an id with dashes, the other in capitals without.
function touches(row, ids) {
    const plain = row.replaceAll('-', '').toLowerCase();
    return ids.some((id) => plain.includes(id.replaceAll('-', '').toLowerCase()));
}

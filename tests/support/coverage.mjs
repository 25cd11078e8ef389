import { databaseKind } from './server.mjs';
import { implementedContract, readMissingOperations } from './contract.mjs';
import { readRecords } from './coverageLog.mjs';
import { uncausable } from './uncausable.mjs';

// No test makes the server fail on purpose: a 500 is a bug.
const neverWanted = 500;

// What the answers of a whole run lack, as sentences.
export function coverageFaults(contract, seen, exceptions = uncausable) {
    const listed = exceptions.filter(({ databases }) => !databases || databases.includes(databaseKind));
    const isListed = (id, status) => listed.some((entry) => entry.operation === id && entry.status === status);
    const unseen = contract.operations.flatMap(({ id, responses }) =>
        Object.keys(responses)
            .map(Number)
            .filter((status) => status !== neverWanted && !seen.has(`${id} ${status}`) && !isListed(id, status))
            .map((status) => `${id} never answered ${status}`),
    );
    const outdated = listed
        .filter(({ operation, status }) => seen.has(`${operation} ${status}`))
        .map(({ operation, status }) => `${operation} answered ${status}: take it off tests/support/uncausable.mjs`);
    const unknown = listed
        .filter(
            ({ operation, status }) =>
                !contract.operations.some(({ id, responses }) => id === operation && responses[status]),
        )
        .map(({ operation, status }) => `${operation} ${status} of tests/support/uncausable.mjs is in no contract`);
    return [...unseen, ...outdated, ...unknown];
}

// Prints what the run covered; true where nothing is missing.
export function reportCoverage(directory) {
    const contract = implementedContract();
    const seen = readRecords(directory);
    const called = contract.operations.filter(({ id }) => [...seen].some((record) => record.startsWith(`${id} `)));
    const whole = contract.operations.length + readMissingOperations().length;
    console.log(`operations: ${called.length} of ${contract.operations.length}`);
    console.log(`implemented: ${contract.operations.length} of the ${whole} operations of the contract`);
    const faults = coverageFaults(contract, seen);
    for (const fault of faults) console.log(`not covered: ${fault}`);
    return faults.length === 0;
}

// Declared answers that no test can cause yet, with the reason: { operation, status, reason }. coverage.mjs fails where
// one of them was seen all the same, so this list only gets shorter. `databases` names those for which an entry holds.
export const uncausable = [];

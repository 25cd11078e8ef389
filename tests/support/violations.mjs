// Values that break a schema of the contract, each in one way: [[what, value]]. `resolve` follows a $ref.
export function violations(schema, resolve) {
    const types = [resolve(schema).type].flat();
    const rules = { ...resolve(schema) };
    const kind = types.find((type) => type !== 'null');
    const own = byType[kind]?.(rules, resolve) ?? [];
    const nulls = types.includes('null') ? [] : [['null', null]];
    return [...own, ...nulls, ...(rules.enum ? [['a value off the list', 'no_such_value']] : [])];
}

const byType = {
    string: (rules) => [
        ['a number', 7],
        ...(rules.minLength > 0 ? [['too short', 'a'.repeat(rules.minLength - 1)]] : []),
        ...(rules.maxLength ? [['too long', 'a'.repeat(rules.maxLength + 1)]] : []),
        ...(rules['x-trim'] && rules.minLength > 0 ? [['white space', '  \t ']] : []),
        ...(rules['x-trim'] ? [['a control character', 'a\u0001b']] : []),
        ...(rules.pattern ? [['off the pattern', offPattern(rules)]] : []),
        ...(formats[rules.format] ?? []).map((value) => [`no ${rules.format}`, value]),
    ],
    integer: (rules) => [
        ['a word', 'many'],
        ['a fraction', 1.5],
        ...(rules.minimum !== undefined ? [['too little', rules.minimum - 1]] : []),
        ...(rules.maximum !== undefined ? [['too much', rules.maximum + 1]] : []),
    ],
    boolean: () => [
        ['a word', 'yes'],
        ['a number', 1],
    ],
    array: (rules, resolve) => [
        ['a word', 'one'],
        ...(rules.minItems > 0 ? [['too few', []]] : []),
        ...(rules.items
            ? violations(rules.items, resolve).map(([what, value]) => [`an item that is ${what}`, [value]])
            : []),
    ],
    object: () => [['a word', 'one']],
};

const formats = {
    uuid: ['no-id', '019df244-fa20-74ae-87b2-b94176a5dbc', '019df244fa2074ae87b2b94176a5dbcf', "' OR 1=1 --"],
    'date-time': ['yesterday', '2026-13-01T00:00:00Z', '2026-05-04'],
    date: ['tomorrow', '2026-02-30'],
    email: ['nobody', 'a@b', 'a b@example.com'],
    uri: ['no address'],
};

function offPattern({ pattern, minLength = 1, maxLength = 100 }) {
    const length = Math.min(Math.max(minLength, 3), maxLength);
    const candidates = [...'!Ä A/?*.'].map((letter) => letter.repeat(length));
    const found = candidates.find((text) => !new RegExp(pattern, 'u').test(text));
    if (!found) throw new Error(`No text is known that breaks ${pattern}: add one here`);
    return found;
}

import { execFileSync } from 'node:child_process';
import { programEnvironment } from './environment.mjs';
import { binary } from './paths.mjs';

// What `xentree openapi` prints: the contract's part that the program under test implements.
export function readImplementedDocument() {
    return JSON.parse(execFileSync(binary, ['openapi'], { env: programEnvironment(), maxBuffer: 64 * 1024 * 1024 }));
}

// The operationIds of the contract that it does not implement, each at the end of a line.
export function readMissingOperations() {
    const text = execFileSync(binary, ['openapi', '--missing'], { env: programEnvironment(), encoding: 'utf8' });
    return [...text.matchAll(/ (\w+)$/gm)].map(([, id]) => id);
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

function pathPattern(template) {
    const escaped = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
    return new RegExp(`^${escaped.replace(/\{[^}]+\}/g, '([^/]+)')}$`);
}

// An OpenAPI document, read for looking operations and declared answers up.
export class Contract {
    #byId = new Map();

    constructor(document) {
        this.document = document;
        for (const [template, item] of Object.entries(document.paths)) {
            for (const method of methods.filter((name) => item[name])) this.#add(template, method, item[method]);
        }
    }

    #add(template, method, definition) {
        const responses = Object.fromEntries(
            Object.entries(definition.responses).map(([status, response]) => [status, this.resolve(response)]),
        );
        const rateLimited = Object.entries(responses).some(
            ([status, { headers }]) => status < 400 && headers?.RateLimit,
        );
        this.#byId.set(definition.operationId, {
            id: definition.operationId,
            method: method.toUpperCase(),
            path: template,
            pattern: pathPattern(template),
            isPublic: definition['x-public'] === true,
            definition,
            responses,
            rateLimited,
        });
    }

    get operations() {
        return [...this.#byId.values()];
    }

    operation(id) {
        const operation = this.#byId.get(id);
        if (!operation) throw new Error(`The server implements no operation ${id}`);
        return operation;
    }

    // HEAD is answered by what answers GET.
    find(method, path) {
        const asked = method === 'HEAD' ? 'GET' : method;
        return this.operations.find((operation) => operation.method === asked && operation.pattern.test(path));
    }

    hasPath(path) {
        return this.operations.some((operation) => operation.pattern.test(path));
    }

    // Follows a $ref; members beside it stand over those of what it names.
    resolve(node) {
        if (!node?.$ref) return node;
        const { $ref, ...beside } = node;
        const target = $ref
            .slice(2)
            .split('/')
            .reduce((place, name) => place[name.replaceAll('~1', '/').replaceAll('~0', '~')], this.document);
        return { ...this.resolve(target), ...beside };
    }

    // The error codes that an answer may bear: those that ErrorDetail's description gives for the status, and
    // those in the answer's own examples and description.
    errorCodes(status, response) {
        const general = this.document.components.schemas.ErrorDetail.description;
        const lists = general
            .split(/;\s+/)
            .filter((part) => part.includes('`') && new RegExp(`\\b${status} \``).test(part));
        const own = JSON.stringify(response?.content?.['application/json'] ?? {});
        const described = response?.description?.match(/`[A-Za-z_]+`/g) ?? [];
        return new Set([
            ...lists.flatMap((list) => {
                const from = list.slice(list.search(new RegExp(`\\b${status} \``)));
                return from.match(/`[A-Za-z_]+`/g).map((code) => code.slice(1, -1));
            }),
            ...described.map((code) => code.slice(1, -1)),
            ...[...own.matchAll(/"error":"([A-Za-z_]+)"/g)].map(([, code]) => code),
        ]);
    }
}

let implemented;

// The contract of the program under test, read once a process.
export function implementedContract() {
    return (implemented ??= new Contract(readImplementedDocument()));
}

import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

// Times of answers are in UTC with milliseconds; a leap second is no time that the server's clock shows.
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function customKeywords(node, found = new Set(['discriminator', 'example'])) {
    if (node !== null && typeof node === 'object') {
        for (const [name, value] of Object.entries(node)) {
            if (name.startsWith('x-')) found.add(name);
            customKeywords(value, found);
        }
    }
    return found;
}

// A schema whose references lead into the one that holds all the document's schemas.
function relocated(schema) {
    return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/components/schemas/', '"$ref":"contract#/$defs/'));
}

// Validators for schemas of an OpenAPI document, each compiled when first asked for.
export class Schemas {
    #ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
    #compiled = new Map();

    constructor(document) {
        addFormats(this.#ajv);
        this.#ajv.addFormat('date-time', (text) => instant.test(text) && !Number.isNaN(Date.parse(text)));
        this.#ajv.addFormat('password', true);
        this.#ajv.addVocabulary([...customKeywords(document)]);
        this.#ajv.addSchema({ $id: 'contract', $defs: relocated(document.components.schemas) });
    }

    // The faults of a value, as sentences.
    faults(schema, value) {
        const validate = this.#validator(schema);
        if (validate(value)) return [];
        return validate.errors.map((error) => `${error.instancePath || '(body)'} ${error.message}`);
    }

    #validator(schema) {
        if (!this.#compiled.has(schema)) {
            this.#compiled.set(schema, this.#ajv.compile(relocated(schema)));
        }
        return this.#compiled.get(schema);
    }
}

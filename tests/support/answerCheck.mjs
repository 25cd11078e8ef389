import assert from 'node:assert/strict';
import { implementedContract } from './contract.mjs';
import { recordAnswer } from './coverageLog.mjs';
import { parseEventStream } from './eventStream.mjs';
import { headerFaults } from './headerCheck.mjs';
import { Schemas } from './schemas.mjs';

// The codes of statuses that any path may answer, whatever the contract says of it.
const anywhere = { 503: 'unavailable' };

// Checks answers against a contract. An answer is
//   { method, path, credential, status, headers (Headers), text }
// and gets the members body (parsed JSON) and events where it has them.
export class AnswerCheck {
    #contract;
    #schemas;

    constructor(contract) {
        this.#contract = contract;
        this.#schemas = new Schemas(contract.document);
    }

    // The faults of an answer, as sentences; none where it holds to the contract.
    faults(answer) {
        const operation = this.#contract.find(answer.method, answer.path);
        if (answer.method === 'OPTIONS' && !operation) return this.#optionsFaults(answer);
        const response = operation?.responses[answer.status];
        return [
            ...(response ? [] : this.#undeclaredFaults(operation, answer)),
            ...headerFaults(this.#contract, this.#schemas, { answer, operation, response }),
            ...this.#bodyFaults(answer, response),
            ...(answer.status >= 400 ? this.#errorFaults(answer, response) : []),
        ];
    }

    #optionsFaults(answer) {
        const right = answer.status === 204 && answer.text === '';
        return right ? [] : ['OPTIONS is answered 204 without a body'];
    }

    #undeclaredFaults(operation, answer) {
        const pathIsKnown = this.#contract.hasPath(answer.path);
        if (!operation && !pathIsKnown && answer.status === 404) return [];
        if (!operation && answer.status === 429) return [];
        if (answer.status === 405) return operation ? ['405 for a method that the path has'] : [];
        if (answer.status === 503 && answer.headers.has('Retry-After')) return [];
        return [`${answer.status} is no declared answer of ${operation?.id ?? 'this path'}`];
    }

    #bodyFaults(answer, response) {
        if (answer.method === 'HEAD') return answer.text === '' ? [] : ['HEAD is answered without a body'];
        const contents = response ? response.content : this.#contract.resolve(errorResponse).content;
        if (!contents)
            return answer.text === '' && !answer.headers.has('Content-Type') ? [] : ['this answer has no body'];
        const mediaType = answer.headers.get('Content-Type')?.split(';')[0].trim().toLowerCase();
        const content = contents[mediaType];
        if (!content) return [`the content type ${mediaType} is not declared`];
        if (mediaType === 'text/event-stream') return this.#eventFaults(answer, content['x-events']);
        if (mediaType !== 'application/json') return [];
        try {
            answer.body = JSON.parse(answer.text);
        } catch (error) {
            return [`the body is no JSON: ${error.message}`];
        }
        return this.#schemas.faults(content.schema, answer.body);
    }

    // Pieces, then exactly one end, then nothing. A stream that the client left has no end to look for.
    #eventFaults(answer, schemas) {
        const { events, comments, rest } = parseEventStream(answer.text);
        answer.events = events.map(({ event, data }) => ({ event, data: JSON.parse(data) }));
        answer.comments = comments;
        const faults = answer.events.flatMap(({ event, data }) =>
            schemas[event] ? this.#schemas.faults(schemas[event], data) : [`the event ${event} is not declared`],
        );
        if (answer.abandoned) return faults;
        const ends = answer.events.filter(({ event }) => event === 'done' || event === 'error');
        if (ends.length !== 1 || ends[0] !== answer.events.at(-1))
            faults.push('a stream has one end, and it comes last');
        if (rest !== '') faults.push('the stream stops within an event');
        const failure = answer.events.find(({ event }) => event === 'error');
        if (failure && failure.data.request_id !== answer.headers.get('X-Request-ID')) {
            faults.push('the request_id of the error event is not X-Request-ID');
        }
        return faults;
    }

    #errorFaults(answer, response) {
        const detail = answer.body?.detail;
        if (!detail) return [];
        const faults = [];
        if (answer.body.request_id !== answer.headers.get('X-Request-ID'))
            faults.push('request_id is not X-Request-ID');
        const codes = this.#contract.errorCodes(answer.status, response);
        if (!codes.has(detail.error) && detail.error !== anywhere[answer.status])
            faults.push(`the code ${detail.error} does not go with ${answer.status}`);
        if (detail.error === 'validation_error' && !detail.errors) faults.push('a validation_error tells the faults');
        return faults;
    }
}

const errorResponse = { content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } };

let shared;

// Fails the test where the answer breaks the contract of the program under test, and notes it where it holds.
export function checkAnswer(answer) {
    const contract = implementedContract();
    shared ??= new AnswerCheck(contract);
    const faults = shared.faults(answer);
    if (faults.length > 0) {
        assert.fail(
            `${answer.method} ${answer.path} ${answer.status}: ${faults.join('; ')}\n${answer.text.slice(0, 1000)}`,
        );
    }
    const operation = contract.find(answer.method, answer.path);
    if (operation && answer.method !== 'HEAD') recordAnswer(operation.id, answer.status);
}

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { checkAnswer } from './answerCheck.mjs';
import { implementedContract } from './contract.mjs';
import { parseEventStream } from './eventStream.mjs';

// Addresses of 10.0.0.0/8 that no other test of this process has: limits of an address couple no two tests.
let addressCount = crypto.randomInt(0, 1 << 20);
export function freshAddress() {
    addressCount += 1;
    return `10.${(addressCount >> 16) & 255}.${(addressCount >> 8) & 255}.${addressCount & 255}`;
}

function fillPath(template, params) {
    return template.replace(/\{([^}]+)\}/g, (_, name) => {
        assert.ok(params?.[name] !== undefined, `the path parameter ${name} is not given`);
        return encodeURIComponent(params[name]);
    });
}

// Somebody who calls a server from one address, with an access token, an API key or neither. Each answer is checked against
// the contract.
export class Client {
    constructor(server, { address = freshAddress(), token, apiKey } = {}) {
        this.server = server;
        this.address = address;
        this.token = token;
        this.apiKey = apiKey;
    }

    with(changes) {
        return new this.constructor(this.server, {
            address: this.address,
            token: this.token,
            apiKey: this.apiKey,
            ...changes,
        });
    }

    // Calls an operation by its id:
    //   params          path parameters
    //   query           an object, or pairs where a name comes twice
    //   body            JSON
    //   form            URL-encoded form
    //   raw             the bytes of the body as they are, with contentType
    //   headers, token, apiKey, address, idempotencyKey, signal
    // The answer: { status, headers, text, body, events }.
    async call(operationId, options = {}) {
        const operation = implementedContract().operation(operationId);
        return this.request(operation.method, fillPath(operation.path, options.params), options);
    }

    // As call, for an answer whose status is known: its body.
    async expect(status, operationId, options = {}) {
        const answer = await this.call(operationId, options);
        assert.equal(answer.status, status, `${operationId}: ${answer.status} ${answer.text}`);
        return answer.body;
    }

    // HEAD where the operation is a GET.
    async head(operationId, options = {}) {
        return this.request(
            'HEAD',
            fillPath(implementedContract().operation(operationId).path, options.params),
            options,
        );
    }

    async request(method, path, options = {}) {
        const { response, request } = await this.#send(method, path, options);
        const answer = { ...request, status: response.status, headers: response.headers, text: await response.text() };
        checkAnswer(answer);
        return answer;
    }

    // Calls generate_chat_response for a stream and returns when its first bytes are there.
    async openStream(body, options = {}) {
        const { path, method } = implementedContract().operation('generate_chat_response');
        const leave = new AbortController();
        const sent = await this.#send(method, path, {
            ...options,
            body: { ...body, stream: true },
            signal: leave.signal,
        });
        return new OpenStream(sent, leave);
    }

    async #send(method, path, options) {
        const url = new URL(path, this.server.url);
        if (options.query) url.search = new URLSearchParams(options.query).toString();
        const headers = new Headers(options.headers);
        headers.set('X-Forwarded-For', options.address ?? this.address);
        const token = 'token' in options ? options.token : this.token;
        if (token && !headers.has('Authorization')) headers.set('Authorization', `Bearer ${token}`);
        const apiKey = 'apiKey' in options ? options.apiKey : this.apiKey;
        if (apiKey && !headers.has('X-API-Key')) headers.set('X-API-Key', apiKey);
        if (options.idempotencyKey) headers.set('Idempotency-Key', options.idempotencyKey);
        const [body, contentType] = encodeBody(options);
        if (contentType && !headers.has('Content-Type')) headers.set('Content-Type', contentType);
        const response = await fetch(url, { method, headers, body, signal: options.signal, redirect: 'manual' });
        const credential = headers.has('Authorization') || headers.has('X-API-Key');
        return { response, request: { method, path: url.pathname, credential } };
    }
}

function encodeBody({ body, form, raw, contentType }) {
    if (raw !== undefined) return [raw, contentType];
    if (form !== undefined) return [new URLSearchParams(form).toString(), 'application/x-www-form-urlencoded'];
    if (body !== undefined) return [JSON.stringify(body), 'application/json'];
    return [undefined, undefined];
}

// A streamed answer that is read piece by piece.
class OpenStream {
    #request;
    #response;
    #reader;
    #leave;
    #decoder = new TextDecoder();
    #text = '';

    constructor({ response, request }, leave) {
        this.#request = request;
        this.#response = response;
        this.#reader = response.body.getReader();
        this.#leave = leave;
    }

    get status() {
        return this.#response.status;
    }

    async #read() {
        const { value, done } = await this.#reader.read();
        this.#text += done ? this.#decoder.decode() : this.#decoder.decode(value, { stream: true });
        return !done;
    }

    #answer(more) {
        return { ...this.#request, status: this.status, headers: this.#response.headers, text: this.#text, ...more };
    }

    // Reads until there are so many events; fails where the stream ends before.
    async read(count) {
        while (parseEventStream(this.#text).events.length < count) {
            assert.ok(await this.#read(), `the stream ended early: ${this.#text}`);
        }
        return parseEventStream(this.#text).events;
    }

    // The rest, checked against the contract.
    async finish() {
        while (await this.#read()) continue;
        const answer = this.#answer();
        checkAnswer(answer);
        return answer;
    }

    // Goes away without waiting for the end.
    leave() {
        this.#leave.abort();
        checkAnswer(this.#answer({ abandoned: true }));
    }
}

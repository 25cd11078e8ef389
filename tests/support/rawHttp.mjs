import assert from 'node:assert/strict';
import net from 'node:net';
import { implementedContract } from './contract.mjs';
import { Schemas } from './schemas.mjs';

// A TCP connection to a server on which a test writes any bytes.
export class RawConnection {
    #socket;
    #received = Buffer.alloc(0);
    #ended;
    #wake = () => {};

    constructor(server) {
        const { hostname, port } = new URL(server.url);
        this.#socket = net.connect({ host: hostname, port: Number(port), allowHalfOpen: true });
        this.#ended = false;
        this.#socket.on('data', (bytes) => {
            this.#received = Buffer.concat([this.#received, bytes]);
            this.#wake();
        });
        const end = () => {
            this.#ended = true;
            this.#wake();
        };
        this.#socket.on('end', end).on('close', end).on('error', end);
    }

    write(bytes) {
        this.#socket.write(bytes);
    }

    // Ends the sending side: what was announced and not sent is missing for good.
    end() {
        this.#socket.end();
    }

    close() {
        this.#socket.destroy();
    }

    async #until(ready) {
        let late = false;
        const timer = setTimeout(() => {
            late = true;
            this.#wake();
        }, 15_000);
        try {
            for (;;) {
                const result = ready();
                if (result !== undefined) return result;
                assert.ok(
                    !late,
                    `no whole answer within 15 s, only: ${this.#received.toString('latin1').slice(0, 500)}`,
                );
                await new Promise((resolve) => (this.#wake = resolve));
            }
        } finally {
            clearTimeout(timer);
        }
    }

    // Resolves when the server has closed its side; true then, also where it answered before.
    closed() {
        return this.#until(() => (this.#ended ? true : undefined));
    }

    // The next line that the server sends, which is an interim answer's where one comes first.
    statusLine() {
        return this.#until(() => {
            const end = this.#received.indexOf('\r\n');
            if (end < 0) return this.#ended ? null : undefined;
            return this.#received.subarray(0, end).toString('latin1');
        });
    }

    // The next answer { status, headers, body }, or null where the server closed without one.
    answer() {
        return this.#until(() => {
            const parsed = parseAnswer(this.#received, this.#ended);
            if (parsed) {
                this.#received = this.#received.subarray(parsed.length);
                return checked(parsed);
            }
            return this.#ended ? null : undefined;
        });
    }
}

function parseAnswer(bytes, ended) {
    const headEnd = bytes.indexOf('\r\n\r\n');
    if (headEnd < 0) return undefined;
    const [statusLine, ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
    const status = Number(statusLine.match(/^HTTP\/1\.[01] (\d{3})/)[1]);
    const headers = new Headers(
        lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
    );
    if (status < 200) {
        const rest = parseAnswer(bytes.subarray(headEnd + 4), ended);
        return rest && { ...rest, length: rest.length + headEnd + 4 };
    }
    const bodyLength = headers.has('Content-Length')
        ? Number(headers.get('Content-Length'))
        : status === 204
          ? 0
          : undefined;
    if (bodyLength === undefined && !ended) return undefined;
    const length = bodyLength === undefined ? bytes.length : headEnd + 4 + bodyLength;
    if (bytes.length < length) return undefined;
    return { status, headers, body: bytes.subarray(headEnd + 4, length).toString('utf8'), length };
}

let schemas;

// What goes wrong below the operations has the contract's error form all the same.
function checked({ status, headers, body }) {
    const answer = { status, headers, body };
    if (status < 400 || body === '') return answer;
    schemas ??= new Schemas(implementedContract().document);
    answer.json = JSON.parse(body);
    assert.deepEqual(schemas.faults({ $ref: '#/components/schemas/Error' }, answer.json), [], `${status} ${body}`);
    assert.equal(answer.json.request_id, headers.get('X-Request-ID'), 'request_id is X-Request-ID');
    return answer;
}

// Sends the bytes on a connection of their own: the answer to them, and whether the connection ended after it.
export async function sendRaw(server, bytes, { thenEnd = false } = {}) {
    const connection = new RawConnection(server);
    try {
        connection.write(bytes);
        if (thenEnd) connection.end();
        return await connection.answer();
    } finally {
        connection.close();
    }
}

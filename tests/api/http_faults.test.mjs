import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { implementedContract } from '../support/contract.mjs';
import { signUp } from '../support/people.mjs';
import { RawConnection, sendRaw } from '../support/rawHttp.mjs';
import { sampleRequest } from '../support/samples.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ settings: { 'http.header-timeout': 1, 'http.body-timeout': 1 } });

function request(line, headers = [], body = '') {
    return [line, 'Host: server', ...headers, '', body].join('\r\n');
}

function createRequest(token, headers, body = '') {
    return request(
        'POST /api/core/conversations HTTP/1.1',
        [`Authorization: Bearer ${token}`, 'Content-Type: application/json', ...headers],
        body,
    );
}

// What is sent is refused as one request: no second one is found in it, and the connection ends.
async function assertRefusedWhole(bytes, { thenEnd = false } = {}) {
    const connection = new RawConnection(server);
    connection.write(bytes);
    if (thenEnd) connection.end();
    const answer = await connection.answer();
    assert.ok(answer === null || answer.status >= 400, `${answer?.status}`);
    await connection.closed();
    assert.equal(await connection.answer(), null, 'nothing more is answered');
    connection.close();
    return answer;
}

async function conversationCount(client) {
    return (await client.expect(200, 'list_conversations')).length;
}

const smuggled = 'GET /api/health HTTP/1.1\r\nHost: server\r\n\r\n';

for (const [what, headers, body] of [
    ['two Content-Length', ['Content-Length: 2', `Content-Length: ${smuggled.length + 2}`], `{}${smuggled}`],
    ['a list of Content-Length', [`Content-Length: 2, ${smuggled.length + 2}`], `{}${smuggled}`],
    [
        'Transfer-Encoding with Content-Length',
        ['Content-Length: 2', 'Transfer-Encoding: chunked'],
        `0\r\n\r\n${smuggled}`,
    ],
    [
        'Content-Length with Transfer-Encoding',
        ['Transfer-Encoding: chunked', `Content-Length: ${smuggled.length + 5}`],
        `0\r\n\r\n${smuggled}`,
    ],
    ['an unknown Transfer-Encoding', ['Transfer-Encoding: gzip, chunked'], `0\r\n\r\n${smuggled}`],
    ['a masked Transfer-Encoding', ['Transfer-Encoding: xchunked'], `0\r\n\r\n${smuggled}`],
    ['a negative Content-Length', ['Content-Length: -1'], smuggled],
    ['a Content-Length that is no number', ['Content-Length: two'], `{}${smuggled}`],
    ['an enormous Content-Length', ['Content-Length: 99999999999999999999'], `{}${smuggled}`],
    ['white space before the colon', ['Content-Length : 2'], `{}${smuggled}`],
    ['a chunk size that is no number', ['Transfer-Encoding: chunked'], `zz\r\n{}\r\n0\r\n\r\n${smuggled}`],
    ['an enormous chunk size', ['Transfer-Encoding: chunked'], `ffffffffffffffffff\r\n{}\r\n0\r\n\r\n${smuggled}`],
]) {
    test(`${what} is refused, and nothing is written`, async () => {
        const { client } = await signUp(server);
        await assertRefusedWhole(createRequest(client.token, headers, body));
        assert.equal(await conversationCount(client), 0);
    });
}

for (const [what, bytes] of [
    ['no request line', 'hello\r\n\r\n'],
    ['a version that is none', 'GET /api/health HTTP/9.9\r\nHost: server\r\n\r\n'],
    ['no version', 'GET /api/health\r\nHost: server\r\n\r\n'],
    ['a space in the target', 'GET /api/ health HTTP/1.1\r\nHost: server\r\n\r\n'],
    ['a header without a colon', 'GET /api/health HTTP/1.1\r\nHost: server\r\nnonsense\r\n\r\n'],
    ['a header name with a space', 'GET /api/health HTTP/1.1\r\nHost: server\r\nBad Name: x\r\n\r\n'],
    ['a header with NUL', 'GET /api/health HTTP/1.1\r\nHost: server\r\nX: a\0b\r\n\r\n'],
    ['no Host', 'GET /api/health HTTP/1.1\r\n\r\n'],
    ['two Hosts', 'GET /api/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    ['TLS on a plain port', Buffer.from('16030100c8010000c40303', 'hex')],
]) {
    test(`a malformed request is a 400: ${what}`, async () => {
        const answer = await assertRefusedWhole(bytes, { thenEnd: Buffer.isBuffer(bytes) });
        if (answer) assert.equal(answer.status, 400);
    });
}

test('a head of more than 16 KiB is a 431', async () => {
    const answer = await assertRefusedWhole(request('GET /api/health HTTP/1.1', [`X-Long: ${'x'.repeat(17 * 1024)}`]));
    assert.equal(answer.status, 431);
    const many = Array.from({ length: 2_000 }, (_, index) => `X-${index}: some value`);
    assert.equal((await assertRefusedWhole(request('GET /api/health HTTP/1.1', many))).status, 431);
});

test('a body that ends before its length writes nothing', async () => {
    const { client } = await signUp(server);
    await assertRefusedWhole(createRequest(client.token, ['Content-Length: 100'], '{"title":"cut"}'), {
        thenEnd: true,
    });
    await assertRefusedWhole(createRequest(client.token, ['Transfer-Encoding: chunked'], 'f\r\n{"title":"cut"}\r\n'), {
        thenEnd: true,
    });
    assert.equal(await conversationCount(client), 0);
});

test('a client that sends its head too slowly is let go', async () => {
    const connection = new RawConnection(server);
    connection.write('GET /api/health HT');
    await connection.closed();
    connection.close();
});

test('a client that sends its body too slowly is let go, and nothing is written', async () => {
    const { client } = await signUp(server);
    const connection = new RawConnection(server);
    connection.write(createRequest(client.token, ['Content-Length: 17'], '{"title":'));
    await connection.closed();
    connection.close();
    assert.equal(await conversationCount(client), 0);
});

test('a chunked body is taken', async () => {
    const { client } = await signUp(server);
    const body = '9;name=value\r\n{"title":\r\n8\r\n"pieces"\r\n1\r\n}\r\n0\r\nTrailer: x\r\n\r\n';
    const answer = await sendRaw(server, createRequest(client.token, ['Transfer-Encoding: chunked'], body));
    assert.equal(answer.status, 201);
    assert.equal(JSON.parse(answer.body).title, 'pieces');
});

test('requests on one connection are answered in their order', async () => {
    const connection = new RawConnection(server);
    connection.write(
        request('GET /api/health HTTP/1.1') + request('GET /nowhere HTTP/1.1') + request('GET /api/health HTTP/1.1'),
    );
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await connection.answer()).status);
    assert.deepEqual(statuses, [200, 404, 200]);
    connection.close();
});

test('a client that waits for 100 Continue is told to go on', async () => {
    const { client } = await signUp(server);
    const connection = new RawConnection(server);
    connection.write(createRequest(client.token, ['Content-Length: 2', 'Expect: 100-continue']));
    assert.equal(await connection.statusLine(), 'HTTP/1.1 100 Continue');
    connection.write('{}');
    assert.equal((await connection.answer()).status, 201);
    connection.close();
});

test('an unknown path is a 404 in the error form', async () => {
    const client = new Client(server);
    for (const path of [
        '/api',
        '/api/',
        '/api/health/',
        '/api/Health',
        '/api/core/conversations//messages',
        '/api/%2e%2e/etc/passwd',
        '/api/auth',
    ]) {
        for (const method of ['GET', 'POST', 'DELETE'])
            assertError(await client.request(method, path), 404, 'not_found');
    }
});

test('a method that a path does not have is a 405 that allows the others', async () => {
    const { operations } = implementedContract();
    const client = new Client(server);
    for (const { path } of operations) {
        const methods = operations.filter((other) => other.path === path).map(({ method }) => method);
        const known = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
        for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'PROPFIND'].filter(
            (one) => !known.includes(one),
        )) {
            const filled = path.replace(/\{[^}]+\}/g, '019df244-fa20-74ae-87b2-b94176a5dbcf');
            const answer = await client.request(method, filled);
            assert.equal(answer.status, 405, `${method} ${path}`);
            const allowed = answer.headers
                .get('Allow')
                .split(/\s*,\s*/)
                .filter((one) => one !== 'OPTIONS');
            assert.deepEqual(allowed.sort(), [...known].sort(), `${method} ${path}`);
        }
    }
});

test('HEAD is answered like GET without a body', async () => {
    const { client } = await signUp(server);
    const { operations } = implementedContract();
    for (const operation of operations.filter(({ method }) => method === 'GET')) {
        const { params } = sampleRequest(operation);
        const [get, head] = [await client.call(operation.id, { params }), await client.head(operation.id, { params })];
        assert.equal(head.status, get.status, operation.id);
        assert.equal(head.text, '');
        assert.equal(head.headers.get('Content-Type'), get.headers.get('Content-Type'));
    }
});

test('a path may not be climbed out of, and bad percent-encoding is no fault of the server', async () => {
    for (const target of [
        '/../../etc/passwd',
        '/api/core/conversations/%zz/messages',
        '/api/core/conversations/%00/messages',
        '/%ff%fe',
        '//api/health',
        '*',
    ]) {
        const { status } = await sendRaw(server, request(`GET ${target} HTTP/1.1`));
        assert.ok(status >= 400 && status < 500, `${target}: ${status}`);
    }
});

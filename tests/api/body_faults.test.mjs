import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults } from '../support/assertions.mjs';
import { Client } from '../support/client.mjs';
import { implementedContract } from '../support/contract.mjs';
import { freshName, signUp, usualPassword } from '../support/people.mjs';
import { bodyForm, sampleRequest } from '../support/samples.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();
const withBody = implementedContract().operations.filter(bodyForm);

// Sends these bytes as the body of an operation, by somebody who may call it.
function send(client, operation, raw, contentType = bodyForm(operation).mediaType) {
    const { params } = sampleRequest(operation);
    return client.call(operation.id, { params, raw, contentType });
}

for (const operation of withBody) {
    const { mediaType, limit } = bodyForm(operation);

    test(`${operation.id} takes no other media type`, async () => {
        const { client } = await signUp(server);
        for (const contentType of [
            'text/plain',
            'application/xml',
            'application/jsonx',
            'multipart/form-data; boundary=x',
            '*/*',
        ]) {
            assertError(await send(client, operation, '{}', contentType), 415, 'unsupported_media_type');
        }
    });

    test(`${operation.id} takes no body past its limit`, async () => {
        const { client } = await signUp(server);
        assertError(await send(client, operation, 'x'.repeat(limit + 1)), 413, 'payload_too_large');
    });

    if (mediaType !== 'application/json') continue;

    for (const [what, raw] of Object.entries({
        'a cut object': '{"title": "x"',
        'a cut string': '{"title": "x',
        'a word': 'hello',
        'two values': '{} {}',
        'a trailing comma': '{"title": "x",}',
        'single quotes': `{'title': 'x'}`,
        'a comment': '{} // end',
        NaN: '{"title": NaN}',
        'invalid UTF-8': Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
        'overlong UTF-8': Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc0, 0xaf, 0x22, 0x7d]),
        'an encoded surrogate': Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d]),
        'a raw NUL': '{"title": "\u0000"}',
        'a raw line break': '{"title": "a\nb"}',
    })) {
        test(`${operation.id} takes no malformed JSON: ${what}`, async () => {
            const { client } = await signUp(server);
            assertError(await send(client, operation, raw), 400, 'validation_error');
        });
    }

    test(`${operation.id} takes an object only`, async () => {
        const { client } = await signUp(server);
        for (const raw of ['[]', '"text"', 'null', 'true', '17'])
            assertFaults(await send(client, operation, raw), ['']);
    });

    test(`${operation.id} takes JSON nested 32 deep and no deeper`, async () => {
        const { client } = await signUp(server);
        const sample = JSON.stringify({ ...sampleRequest(operation).body, unknown: 0 });
        const nested = (depth) =>
            sample.replace('"unknown":0', `"unknown":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}`);
        assertFaults(await send(client, operation, nested(33)), ['']);
        assertFaults(await send(client, operation, nested(100_000)), ['']);
        const rest = JSON.stringify(sampleRequest(operation).body ?? {}).slice(1);
        const well = await send(client, operation, `${nested(32).slice(0, -1)}${rest === '}' ? '' : ','}${rest}`);
        const places = well.body?.detail?.errors?.map(({ field }) => field) ?? [];
        assert.ok(!places.includes(''), well.text);
    });
}

function create(client, raw, contentType = 'application/json') {
    return client.call('create_conversation', { raw, contentType });
}

async function titles(client) {
    return (await client.expect(200, 'list_conversations')).map(({ title }) => title);
}

test('of a member given twice the last counts', async () => {
    const { client } = await signUp(server);
    assert.equal((await create(client, '{"title":"first","title":"last"}')).body.title, 'last');
    assert.equal((await create(client, '{"title":7,"title":"last"}')).status, 201);
    assertFaults(await create(client, '{"title":"first","title":7}'), ['/title']);
});

test('huge numbers in unknown members do no harm', async () => {
    const { client } = await signUp(server);
    for (const number of ['1e400', '-1e400', '9'.repeat(400), '0.'.padEnd(400, '0') + '1', '1E-400']) {
        const { status } = await create(client, `{"unknown":${number}}`);
        assert.ok(status === 201 || status === 400, `${status}`);
    }
    assertFaults(await create(client, '{"title":1e400}').then((answer) => (answer.status === 400 ? answer : {})), [
        '/title',
    ]);
});

test('NUL and lone surrogates are refused however they are written', async () => {
    const { client } = await signUp(server);
    for (const title of ['a\\u0000b', '\\ud800', 'x\\udc00y', '\\ud800\\ud800', '\\udc00\\ud800']) {
        assertError(await create(client, `{"title":"${title}"}`), 400, 'validation_error');
    }
    assertFaults(await create(client, '{"title":"a\\u0000b"}'), ['/title']);
    assert.equal((await create(client, '{"title":"\\ud83e\\udd89"}')).body.title, '🦉');
    assertError(await create(client, '{"unknown":"\\u0000"}'), 400, 'validation_error');
    assertError(await create(client, '{"\\ud800":1}'), 400, 'validation_error');
});

test('a pointer escapes what it has to', async () => {
    const { client } = await signUp(server);
    const answer = await create(client, '{"a/b~c":"\\u0000"}');
    assertFaults(answer, ['/a~1b~0c']);
});

test('a refused body writes nothing', async () => {
    const { client } = await signUp(server);
    for (const raw of ['{"title":"half"', '{"title":"half","provider":7}', '{"title":"half"}}']) {
        assertError(await create(client, raw), 400, 'validation_error');
    }
    assertError(await create(client, '{"title":"half"}', 'text/plain'), 415, 'unsupported_media_type');
    assert.deepEqual(await titles(client), []);
});

test('the media type may have parameters and any case', async () => {
    const { client } = await signUp(server);
    for (const contentType of [
        'application/json; charset=utf-8',
        'Application/JSON',
        'application/json;charset="UTF-8"',
    ]) {
        assert.equal((await create(client, '{"title":"x"}', contentType)).status, 201);
    }
});

test('white space around the body is allowed', async () => {
    const { client } = await signUp(server);
    assert.equal((await create(client, ' \r\n\t{"title" : "x"}\n ')).body.title, 'x');
});

test('a required body that is absent or empty is a fault', async () => {
    const client = new Client(server);
    assertFaults(await client.call('refresh_token', { raw: '', contentType: 'application/json' }), ['']);
    assert.equal((await client.call('refresh_token', {})).status, 400);
});

test('a body of eighty thousand members is taken', async () => {
    const { client } = await signUp(server);
    const raw = `{${Array.from({ length: 80_000 }, (_, index) => `"m${index}":0`).join(',')}}`;
    assert.equal((await create(client, raw)).status, 201);
});

test('at most a hundred faults are told', async () => {
    const { client } = await signUp(server);
    const conversation_history = Array(150).fill({ role: 'robot', content: '' });
    const answer = await client.call('generate_chat_response', { body: { message: 'x', conversation_history } });
    assertError(answer, 400, 'validation_error');
    assert.equal(answer.body.detail.errors.length, 100);
});

function login(raw) {
    return new Client(server).call('login_user', { raw, contentType: 'application/x-www-form-urlencoded' });
}

test('a form with broken encoding, NUL or invalid UTF-8 is a fault', async () => {
    assert.equal((await login('username=%zz&password=x')).status, 400);
    assert.equal((await login('username=%e&password=x')).status, 400);
    assertFaults(await login('username=%ff&password=x'), ['username']);
    assertFaults(await login('username=a%00b&password=x'), ['username']);
    assert.equal((await login('')).status, 400);
});

test('a form is read as forms are: plus is a space, unknown fields are ignored', async () => {
    const username = freshName();
    const client = new Client(server);
    const body = { email: `${username}@example.com`, username, password: `${usualPassword}+&=%` };
    await client.expect(201, 'register_user', { body });
    const answer = await login(`x=1&username=${username}&password=correct+horse+battery%2B%26%3D%25&&remember`);
    assert.equal(answer.status, 200, answer.text);
});

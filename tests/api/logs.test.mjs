import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test from 'node:test';
import { Client } from '../support/client.mjs';
import { grant, grantBody, tampered } from '../support/grants.mjs';
import { freshName, logIn, signUp } from '../support/people.mjs';
import { RawConnection } from '../support/rawHttp.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ settings: { 'log-level': 'debug' } });

test('no password, token or message is in the log, whatever goes right or wrong', async () => {
    const marker = () => `Marker${crypto.randomBytes(12).toString('hex')}`;
    const words = Object.fromEntries(
        ['password', 'next', 'wrong', 'bearer', 'refresh', 'key', 'message', 'title', 'cut', 'query', 'raw'].map(
            (name) => [name, marker()],
        ),
    );
    const { client, username, tokens } = await signUp(server, { password: words.password });
    const call = (...args) => client.call(...args);
    await call('login_user', { form: { username, password: words.wrong } });
    await call('login_user', { form: { username: words.wrong, password: words.password } });
    await call('login_user', { form: { username, password: words.password, grant_type: words.wrong } });
    await call('register_user', { body: { username, email: `${username}@example.com`, password: words.password } });
    await call('register_user', { body: { username: freshName(), email: 'x', password: words.password } });
    await call('get_current_user', { token: words.bearer });
    await call('get_current_user', { token: undefined, headers: { 'X-API-Key': words.key } });
    await call('refresh_token', { body: { refresh_token: words.refresh } });
    const pair = (await call('refresh_token', { body: { refresh_token: tokens.refresh_token } })).body;
    await call('update_current_user', { body: { current_password: words.password, new_password: words.next } });
    await call('update_current_user', { body: { current_password: words.wrong, new_password: words.next } });
    const { id } = await client.expect(201, 'create_conversation', { body: { title: words.title } });
    await call('generate_chat_response', { body: { message: words.message, conversation_id: id } });
    await call('generate_chat_response', { body: { message: words.message, stream: true } });
    await call('create_conversation', { raw: `{"title":"${words.cut}`, contentType: 'application/json' });
    await call('list_conversations', { query: { access_token: words.query } });
    const connection = new RawConnection(server);
    connection.write(`GET /api/health HTTP/1.1\r\nAuthorization: Bearer ${words.raw}\r\nnonsense\r\n\r\n`);
    await connection.closed();
    const { access_token } = await logIn(client, username, words.next);
    const fresh = client.with({ token: access_token });
    const integration = await grant(fresh, { scopes: ['profile:read'] });
    const rotated = await fresh.expect(201, 'rotate_integration_token', {
        body: grantBody({ integrationToken: integration.token, revokePrevious: false }),
    });
    for (const token of [integration.token, tampered(integration.token)]) {
        await call('get_current_user', { token });
        await call('list_conversations', { token });
        await call('get_current_user', { token, headers: { Origin: 'https://elsewhere.example' } });
        await fresh.call('verify_integration_token', { body: { token } });
        await fresh.call('revoke_integration_token', { body: { integrationToken: token } });
    }
    const last = await new Client(server).call('get_health');
    await server.logged(new RegExp(last.headers.get('X-Request-ID')));

    const secrets = {
        ...words,
        access: tokens.access_token,
        refreshed: tokens.refresh_token,
        second: pair.access_token,
        third: pair.refresh_token,
        integration: integration.token,
        rotated: rotated.token,
    };
    for (const [name, secret] of Object.entries(secrets))
        assert.ok(!server.log.includes(secret), `${name} is in the log`);
    for (const token of [tokens.access_token, pair.access_token, integration.token, rotated.token]) {
        assert.ok(!server.log.includes(token.split('.')[2]), 'the signature of a token is in the log');
    }
});

test('each line is JSON, and a request is told with its id, method, path and status', async () => {
    const answer = await new Client(server).call('get_current_user');
    const id = answer.headers.get('X-Request-ID');
    await server.logged(new RegExp(id));
    const lines = server.log
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    const line = lines.find(({ request_id: one }) => one === id);
    assert.match(JSON.stringify(line), /GET.*\/api\/auth\/me.*401/);
});

test('a line break in a request makes no line of its own', async () => {
    await new Client(server).request('GET', '/nowhere%0a%7b%22level%22:%22error%22%7d');
    const last = await new Client(server).call('get_health');
    await server.logged(new RegExp(last.headers.get('X-Request-ID')));
    for (const line of server.log.trim().split('\n')) assert.doesNotThrow(() => JSON.parse(line), line);
});

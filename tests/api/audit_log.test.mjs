import assert from 'node:assert/strict';
import test from 'node:test';
import { eventually } from '../support/eventually.mjs';
import { makeKey, signUp, signUpAdmin } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer({ settings: { 'audit.keep-days': 30 } });

async function read(...filters) {
    const { stdout } = await server.admin('audit', '--json', ...filters);
    return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

async function refusal(...filters) {
    try {
        await server.admin('audit', ...filters);
    } catch (error) {
        assert.ok(error.code > 0);
        return `${error.stdout}${error.stderr}`;
    }
    return assert.fail('it was taken');
}

const keyPlace = ({ profile }, { id }) => ({ org_id: profile.default_organization_id, key_id: id });

test('keys that are made and deleted are told of, by whom, from where and in which request', async () => {
    const [person, admin] = [await signUp(server), await signUpAdmin(server)];
    const organization_id = person.profile.default_organization_id;
    const body = { name: 'Secret plans', organization_id, scopes: ['rag:read'], allowed_ips: ['192.0.2.1'] };
    const made = await person.client.call('create_api_key', { body, idempotencyKey: 'once' });
    await person.client.expect(201, 'create_api_key', { body, idempotencyKey: 'once' });
    const { id } = made.body;
    await person.client.expect(204, 'delete_api_key', { params: { key_id: id } });
    const others = [await makeKey(person, ['rag:read']), await makeKey(person, ['rag:read'])];
    await person.client.expect(204, 'delete_organization_api_key', { params: keyPlace(person, others[0]) });
    await admin.client.expect(204, 'delete_api_key', { params: { key_id: others[1].id } });

    const [deleted, created, ...more] = await read('--target', id);
    assert.deepEqual(more, []);
    assert.match(created.credential, /^session [0-9a-f-]{36}$/);
    assert.ok(Math.abs(new Date(created.at) - server.clock.now()) < 120_000);
    assert.deepEqual(
        { ...created, id: undefined, at: undefined, credential: undefined },
        {
            id: undefined,
            at: undefined,
            action: 'api_key.created',
            actor: person.profile.id,
            actor_name: person.username,
            credential: undefined,
            organization: organization_id,
            organization_slug: created.organization_slug,
            target: id,
            details: { scopes: ['rag:read'], expires_at: null, is_bound_to_addresses: true },
            address: person.client.address,
            request: made.headers.get('X-Request-ID'),
        },
    );
    assert.deepEqual([deleted.action, deleted.details], ['api_key.deleted', { created_by: person.profile.id }]);
    const ends = await read('--organization', created.organization_slug, '--action', 'api_key.deleted');
    assert.deepEqual(ends.map(({ actor }) => actor), [admin.profile.id, person.profile.id, person.profile.id]);
    const { stdout } = await server.admin('audit', '--json', '--organization', organization_id);
    assert.ok(!stdout.includes('Secret plans') && !stdout.includes(made.body.key.slice(12, 40)));
    assert.ok(!stdout.includes(person.email));
});

test('accounts are told of from their making to their end, which the log outlives', async () => {
    const person = await signUp(server);
    const id = person.profile.id;
    await server.admin('set-plan', person.username, 'pro');
    const changes = { current_password: person.password, new_password: 'another long password' };
    await person.client.expect(200, 'update_current_user', { body: changes });
    await person.client.expect(200, 'update_current_user', { body: { nickname: 'No change of rights' } });
    const current_password = 'another long password';
    await person.client.expect(204, 'delete_current_user', { body: { current_password } });
    const entries = await read('--target', id);
    assert.deepEqual(
        entries.map(({ action, actor, credential }) => [action, actor, credential.split(' ')[0]]),
        [
            ['account.deleted', id, 'session'],
            ['account.password_changed', id, 'session'],
            ['account.plan_set', null, 'operator'],
            ['account.created', id, 'none'],
        ],
    );
    assert.ok(entries.every(({ actor_name }) => actor_name === null));
    const [gone] = await read('--actor', id, '--action', 'organization.');
    assert.deepEqual([gone.action, gone.details], ['organization.deleted', { with_account: id }]);
    assert.match(await refusal('--actor', person.username), /There is no account .* found by its id/);
});

test('a table is what people get, the newest first and so many', async () => {
    const person = await signUp(server);
    for (let count = 0; count < 3; count += 1) await makeKey(person, ['rag:read']);
    const { stdout } = await server.admin('audit', '--actor', person.username, '--limit', '2');
    const [head, first, second, ...rest] = stdout.split('\n');
    assert.match(head, /^TIME +ACTION +ACTOR +ORGANIZATION +TARGET +FROM +DETAILS$/);
    for (const line of [first, second]) {
        assert.match(line, /^\d{4}-\d\d-\d\dT\S+Z +api_key\.created /);
        assert.ok(line.includes(person.username) && line.includes(person.client.address));
    }
    assert.ok(first > second);
    assert.deepEqual(rest, ['']);
});

test('times bound what is read', async () => {
    const person = await signUp(server);
    const id = person.profile.id;
    assert.equal((await read('--target', id, '--since', '1h')).length, 1);
    assert.equal((await read('--target', id, '--until', '1h')).length, 0);
    assert.equal((await read('--target', id, '--since', '2020-01-01', '--until', '2020-01-02T00:00:00Z')).length, 0);
    const { stderr, stdout } = await server.admin('audit', '--target', id, '--until', '2020-01-01');
    assert.equal(stdout, '');
    assert.match(stderr, /nothing of this/);
});

for (const [what, filters, sentence] of [
    ['a time that is none', ['--since', 'yesterday'], /--since is a time such as/],
    ['an end before the beginning', ['--since', '1h', '--until', '2h'], /--since must be before --until/],
    ['an organization that there is not', ['--organization', 'no-such-slug'], /no organization 'no-such-slug'/],
    ['an action with a wildcard', ['--action', 'member.*'], /how an action begins/],
    ['a limit of 0', ['--limit', '0'], /--limit/],
    ['a limit that is no number', ['--limit', 'all'], /--limit/],
    ['a flag that there is not', ['--color', 'red'], /--color/],
])
    test(`${what} is refused with a sentence`, async () => assert.match(await refusal(...filters), sentence));

// Last: the clock stays where it is set.
test('what is older than audit.keep_days is forgotten by the running server, and what is younger stays', async () => {
    const old = await signUp(server);
    server.clock.advance({ days: 29 });
    const young = await signUp(server);
    server.clock.advance({ days: 2 });
    await eventually('the old entry is gone', async () => (await read('--target', old.profile.id)).length === 0);
    assert.equal((await read('--target', young.profile.id)).length, 1);
});

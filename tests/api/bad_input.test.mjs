import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import test, { after } from 'node:test';
import { SignJWT } from 'jose';
import { assertError, assertFaults, countStatuses } from '../support/assertions.mjs';
import { DatabaseRows, rowChanges } from '../support/databaseRows.mjs';
import { addMember, freshName, makeOrganization, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

// Input that is bad on purpose, at the operations of organizations and integration tokens: a clear answer, and no row
// of the database is another afterwards.
const server = useServer();
let rows;
after(() => rows?.close());

async function changesNothing(act) {
    rows ??= new DatabaseRows(server);
    const before = await rows.read();
    await act();
    assert.deepEqual(rowChanges(before, await rows.read()), []);
}

test('a slug in other letters than its own is a fault, not another organization', async () => {
    const person = await signUp(server);
    const { id, slug } = await makeOrganization(person, { slug: freshName('acme') });
    const lookalikes = [
        slug.toUpperCase(),
        slug.replace('a', 'A'),
        slug.replace('a', '\u0430'), // Cyrillic
        slug.replace('c', '\u03f2'), // Greek
        slug.replace('e', 'e\u0301'),
        slug.replace('acme', '\uff41\uff43\uff4d\uff45'), // full width
        slug.replace('-', '\u2010'),
        slug.replace('-', '\u00ad-'),
        `${slug}\n`,
        `${slug} `,
        `\u202e${slug}`,
        `${slug}\u200b`,
    ];
    await changesNothing(async () => {
        for (const lookalike of lookalikes) {
            const body = { name: 'Acme', slug: lookalike };
            assertFaults(await person.client.call('create_organization', { body }), ['/slug']);
            const change = { params: { org_id: id }, body: { slug: lookalike } };
            assertFaults(await person.client.call('update_organization', change), ['/slug']);
        }
        assertError(await person.client.call('create_organization', { body: { name: 'A', slug } }), 409, 'slug_taken');
    });
});

const noRoles = ['Owner', 'OWNER', 'owner ', '\u043ewner', 'root', 'superadmin', '', 'member,owner', 0, true, null, {}];

test('a role that does not exist is a fault wherever one is given', async () => {
    const [owner, other] = [await signUp(server), await signUp(server)];
    const { id: org_id, ...organization } = await makeOrganization(owner);
    await addMember(owner, { id: org_id, ...organization }, other);
    const newcomer = await signUp(server);
    const member = { org_id, target_user_id: other.profile.id };
    await changesNothing(async () => {
        for (const role of [...noRoles, ['owner']]) {
            const told = async (operation, params, body) =>
                assertFaults(await owner.client.call(operation, { params, body: { ...body, role } }), ['/role']);
            await told('add_organization_member', { org_id }, { user_id: newcomer.profile.id });
            await told('update_organization_member', member, { team: 'Team' });
            await told('update_organization_member_role', member, {});
            await told('create_organization_invitation', { org_id }, { email: 'somebody@example.com' });
        }
        for (const role of ['Owner', 'root', 'owner,admin']) {
            const wanted = { params: { org_id }, query: { role } };
            assertFaults(await owner.client.call('list_organization_members', wanted), ['role']);
        }
    });
});

test('an owner who demotes himself many times at once does it once, and the last one never', async () => {
    const [first, second] = [await signUp(server), await signUp(server)];
    const organization = await makeOrganization(first);
    const demote = () =>
        first.client.call('update_organization_member_role', {
            params: { org_id: organization.id, target_user_id: first.profile.id },
            body: { role: 'member' },
        });
    await changesNothing(async () => {
        for (const answer of await Promise.all(Array.from({ length: 5 }, demote)))
            assertError(answer, 409, 'last_owner');
    });
    await addMember(first, organization, second, { role: 'owner' });
    const statuses = countStatuses(await Promise.all(Array.from({ length: 5 }, demote)));
    assert.deepEqual(statuses, { 200: 1, 403: 4 });
    const params = { org_id: organization.id };
    const owners = await second.client.expect(200, 'list_organization_members', { params, query: { role: 'owner' } });
    assert.deepEqual(
        owners.map(({ user_id }) => user_id),
        [second.profile.id],
    );
});

// A token of the right form, signed with a key that nobody knows, with so many bytes of claims.
async function enormousToken(bytes) {
    const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
    return new SignJWT({ scopes: ['profile:read'], padding: 'x'.repeat(bytes) })
        .setProtectedHeader({ alg: 'RS256', kid: 'unknown', typ: 'xentree-integration+jwt' })
        .setIssuedAt()
        .setExpirationTime('2m')
        .sign(privateKey);
}

test('a token with a megabyte of claims is refused by its length, in a header and in a body', async () => {
    const person = await signUp(server);
    const token = await enormousToken(1_000_000);
    const half = await enormousToken(500_000);
    const grant = { mode: 'api', origin: 'https://partner.example.com', scopes: ['profile:read'] };
    await changesNothing(async () => {
        for (const [operation, member, body] of [
            ['verify_integration_token', 'token', {}],
            ['revoke_integration_token', 'integrationToken', {}],
            ['rotate_integration_token', 'integrationToken', grant],
        ]) {
            const send = (text) => person.client.call(operation, { body: { ...body, [member]: text } });
            assertError(await send(token), 413, 'payload_too_large');
            assertFaults(await send(half), [`/${member}`]);
        }
    });
    const answer = await fetch(new URL('/api/auth/me', server.url), { headers: { Authorization: `Bearer ${token}` } });
    assert.equal(answer.status, 431);
    await person.client.expect(200, 'get_current_user');
});

test('a rotation takes no other origin or life than a grant, and the old token works on', async () => {
    const { client } = await signUp(server);
    const good = { mode: 'api', origin: 'https://partner.example.com', scopes: ['profile:read'] };
    const { token } = await client.expect(201, 'issue_integration_grant', { body: good });
    const rotate = (more) =>
        client.call('rotate_integration_token', { body: { ...good, integrationToken: token, ...more } });
    await changesNothing(async () => {
        for (const origin of [
            'https://partner.example.com/app',
            'https://*.example.com',
            '*',
            'null',
            'http://partner.example.com',
            'chrome-extension://abcdef',
            'https://p\u0430rtner.example.com',
            'https://b\u00fccher.example',
        ])
            assertFaults(await rotate({ origin }), ['/origin']);
        for (const ttlSeconds of [-1, 0, 29, 901, 1e9]) assertFaults(await rotate({ ttlSeconds }), ['/ttlSeconds']);
    });
    await client.expect(200, 'get_current_user', { token });
});

test('the keys of a tenant that is none are not there, and none are made', async () => {
    const { client } = await signUp(server);
    await changesNothing(async () => {
        for (const operation of ['get_integration_jwks', 'get_integration_fingerprint']) {
            const ask = (tenantId) => client.call(operation, { query: { tenantId }, token: undefined });
            assertError(await ask(crypto.randomUUID()), 404, 'not_found');
            for (const tenantId of ['no-id', '', '*', '../../etc/passwd'])
                assertFaults(await ask(tenantId), ['tenantId']);
        }
    });
});

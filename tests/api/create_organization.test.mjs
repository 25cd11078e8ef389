import assert from 'node:assert/strict';
import test from 'node:test';
import { assertError, assertFaults, assertUuid7, countStatuses } from '../support/assertions.mjs';
import { freshName, makeKey, makeOrganization, signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const server = useServer();

function create(person, body, more = {}) {
    return person.client.call('create_organization', { body, ...more });
}

test('the maker is its owner and only member', async () => {
    const person = await signUp(server);
    const slug = freshName('acme');
    const made = await makeOrganization(person, { name: ' Acme Learning ', slug, description: 'For teams' });
    assertUuid7(made.id);
    const { id, created_at, ...rest } = made;
    assert.deepEqual(rest, {
        name: 'Acme Learning',
        slug,
        description: 'For teams',
        role: 'owner',
        is_personal: false,
        plan: 'free',
        member_count: 1,
        updated_at: created_at,
    });
    assert.deepEqual(await person.client.expect(200, 'get_organization', { params: { org_id: id } }), made);
    const [member, ...others] = await person.client.expect(200, 'list_organization_members', { params: { org_id: id } });
    assert.deepEqual(others, []);
    assert.deepEqual([member.user_id, member.role, member.team], [person.profile.id, 'owner', null]);
});

test('a slug is made from the name, with a number where it is taken', async () => {
    const person = await signUp(server);
    const base = freshName('école');
    const slugs = [];
    for (let count = 0; count < 4; count += 1) slugs.push((await makeOrganization(person, { name: base })).slug);
    const plain = base.replace('école', 'ecole');
    assert.deepEqual(slugs, [plain, `${plain}-1`, `${plain}-2`, `${plain}-3`]);
    const fullWidth = [...plain].map((letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)).join('');
    assert.equal((await makeOrganization(person, { name: fullWidth.toUpperCase() })).slug, `${plain}-4`);
});

test('every name gives a slug: long, short, without a letter, of another script', async () => {
    const person = await signUp(server);
    for (const [name, pattern] of [
        ['🎉🎉', /^organization(-\d+)?$/],
        ['--', /^organization(-\d+)?$/],
        ['Q', /^q-\d+$/],
        ['C++', /^c-\d+$/],
        ["O'Brien & Söhne", /^obrien-sohne(-\d+)?$/],
        ['Москва', /^moskva(-\d+)?$/],
        ['中文学校', /^zhong-wen-xue-xiao(-\d+)?$/],
        ['x'.repeat(120), /^x{58,60}(-\d+)?$/],
        ['x'.repeat(120), /^x{58}-1$/],
        ['中'.repeat(120), /^zhong(-zhong){9}(-\d+)?$/],
    ])
        assert.match((await makeOrganization(person, { name })).slug, pattern);
});

test('a given slug that is taken is refused, also of two requests at once', async () => {
    const [first, second] = [await signUp(server), await signUp(server)];
    const { slug } = await makeOrganization(first);
    assertError(await create(second, { name: 'Mine', slug }), 409, 'slug_taken');
    for (let round = 0; round < 10; round += 1) {
        const body = { name: 'Race', slug: freshName('race') };
        const answers = await Promise.all([first, second, first, second].map((person) => create(person, body)));
        assert.deepEqual(countStatuses(answers), { 201: 1, 409: 3 });
        for (const answer of answers.filter(({ status }) => status === 409)) assertError(answer, 409, 'slug_taken');
    }
});

test('many requests at once with one name get a slug each', async () => {
    const person = await signUp(server);
    const name = freshName('crowd');
    const made = await Promise.all(Array.from({ length: 8 }, () => makeOrganization(person, { name })));
    assert.equal(new Set(made.map(({ slug }) => slug)).size, 8);
});

test('all faults of a body are told at once', async () => {
    const person = await signUp(server);
    assertFaults(await create(person, { name: ' \t ', slug: 'Acme', description: 'd'.repeat(1001) }), [
        '/name',
        '/slug',
        '/description',
    ]);
    for (const slug of ['ab', 'a--b', '-ab', 'ab-', 'аcme', 'acme_1', 'acmé', 's'.repeat(61), null])
        assertFaults(await create(person, { name: 'Name', slug }), ['/slug']);
    assertFaults(await create(person, { name: 'n'.repeat(121) }), ['/name']);
    assertFaults(await create(person, { name: 'bell\u0007' }), ['/name']);
    assertFaults(await create(person, {}), ['/name']);
});

test('behind a key the owner is its maker, and the key does not reach the organization', async () => {
    const person = await signUp(server);
    const key = await makeKey(person, ['organizations:write', 'organizations:read']);
    const made = await makeOrganization(key);
    assert.equal(made.role, 'owner');
    const request = { params: { org_id: made.id } };
    assertError(await key.client.call('get_organization', request), 404, 'not_found');
    assert.deepEqual(await person.client.expect(200, 'get_organization', request), made);
    const reader = await makeKey(person, ['organizations:read']);
    assertError(await create(reader, { name: 'No' }), 403, 'INSUFFICIENT_API_KEY_SCOPE');
});

test('a repeated request makes one organization, another body is refused', async () => {
    const person = await signUp(server);
    const once = { idempotencyKey: freshName() };
    const answers = await Promise.all([1, 2, 3].map(() => create(person, { name: 'Once' }, once)));
    assert.deepEqual(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1);
    assert.equal((await person.client.expect(200, 'list_organizations')).length, 2);
    assertError(await create(person, { name: 'Twice' }, once), 409, 'idempotency_key_reused');
});

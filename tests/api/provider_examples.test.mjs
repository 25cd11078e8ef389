import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { projectDirectory } from '../support/paths.mjs';
import { signUp } from '../support/people.mjs';
import { useServer } from '../support/setup.mjs';

const directory = path.join(projectDirectory, 'docs', 'examples');
const page = fs.readFileSync(path.join(projectDirectory, 'docs', 'providers.md'), 'utf8');
const linked = [...page.matchAll(/\]\(examples\/(\w+)\.toml\)/g)].map(([, name]) => name);

// Those that want their key in the environment get one here: each file is one table, and this is its last line.
const toml = linked.map((name) => {
    const text = fs.readFileSync(path.join(directory, `${name}.toml`), 'utf8');
    return /^api_key/m.test(text) ? text : `${text}api_key = "a-key-for-${name}"\n`;
});

const server = useServer({ toml: toml.join('') });

test('the page on providers has an example of each server', () => {
    assert.deepEqual(linked.toSorted(), ['anthropic', 'gemini', 'llama_cpp', 'ollama', 'openai', 'vllm']);
    const laid = fs
        .readdirSync(directory)
        .filter((file) => fs.readFileSync(path.join(directory, file), 'utf8').includes('[provider.'));
    assert.deepEqual(
        laid.toSorted(),
        linked.map((name) => `${name}.toml`).toSorted(),
    );
});

test('a server starts with all examples, and lists a provider of each', async () => {
    const { client } = await signUp(server);
    const providers = await client.expect(200, 'list_ai_providers');
    assert.deepEqual(
        providers.map(({ id }) => id),
        ['auto', ...linked, 'extractive'],
    );
    for (const { models, default_model, available } of providers.slice(1, -1)) {
        assert.equal(default_model, models[0].id);
        assert.ok(available);
    }
});

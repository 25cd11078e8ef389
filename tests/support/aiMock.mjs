import { LLMock } from '@copilotkit/aimock';

export const mockKey = 'sk-mock-key-of-the-tests';

// A mock of OpenAI's, Anthropic's and Gemini's APIs (npm: @copilotkit/aimock) that answers what a test lays down
// with onMessage.
export async function startAiMock() {
    const mock = new LLMock({ port: 0, chunkSize: 8 });
    await mock.start();
    return mock;
}

// The configuration of a provider.
export function aiProvider(name, { kind, baseUrl, models = ['mock-large', 'mock-small'], timeoutSeconds = 10 }) {
    return [
        `[provider.${name}]`,
        `kind = "${kind}"`,
        `base_url = "${baseUrl}"`,
        `api_key = "${mockKey}"`,
        `models = ${JSON.stringify(models)}`,
        `timeout_seconds = ${timeoutSeconds}`,
        '',
    ].join('\n');
}

export function openaiProvider(name, baseUrl, more = {}) {
    return aiProvider(name, { kind: 'openai', baseUrl, ...more });
}

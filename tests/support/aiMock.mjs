import { LLMock } from '@copilotkit/aimock';

export const mockKey = 'sk-mock-key-of-the-tests';

// A mock of OpenAI's API (npm: @copilotkit/aimock) that answers what a test lays down with onMessage.
export async function startAiMock() {
    const mock = new LLMock({ port: 0, chunkSize: 8 });
    await mock.start();
    return mock;
}

// The configuration of a provider of kind openai.
export function openaiProvider(name, baseUrl, { models = ['mock-large', 'mock-small'], timeoutSeconds = 10 } = {}) {
    return [
        `[provider.${name}]`,
        'kind = "openai"',
        `base_url = "${baseUrl}"`,
        `api_key = "${mockKey}"`,
        `models = ${JSON.stringify(models)}`,
        `timeout_seconds = ${timeoutSeconds}`,
        '',
    ].join('\n');
}

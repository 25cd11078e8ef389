// The README's tour, made with a client that is generated from the served document: openapi-typescript writes
// contract.d.ts, the compiler checks this file against it, and generated_client.test.mjs runs it.
import createClient from 'openapi-fetch';
import type { paths } from './contract';

export async function takeTour(baseUrl: string, username: string) {
    const visitor = createClient<paths>({ baseUrl });
    const password = 'correct horse battery';
    const registered = await visitor.POST('/api/auth/register', {
        body: { email: `${username}@example.com`, username, password },
    });
    const login = await visitor.POST('/api/auth/login', {
        body: { username, password },
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });

    const headers = { Authorization: `Bearer ${login.data?.access_token}` };
    const client = createClient<paths>({ baseUrl, headers });
    const created = await client.POST('/api/core/conversations', { body: { title: 'Tour' } });
    const conversation_id = created.data?.id ?? '';
    const answer = await client.POST('/api/core/chat', { body: { message: 'Good morning', conversation_id } });
    const conversations = await client.GET('/api/core/conversations', { params: { query: { limit: 10 } } });
    const messages = await client.GET('/api/core/conversations/{conversation_id}/messages', {
        params: { path: { conversation_id } },
    });
    const absent = await client.DELETE('/api/core/conversations/{conversation_id}', {
        params: { path: { conversation_id: '019df244-fa20-74ae-87b2-b94176a5dbcf' } },
    });
    return {
        username: registered.data?.username,
        answer: typeof answer.data === 'object' ? answer.data.content : undefined,
        titles: conversations.data?.map(({ title }) => title),
        roles: messages.data?.map(({ role }) => role),
        error: absent.error?.detail.error,
    };
}

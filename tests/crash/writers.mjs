import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { readPages } from '../support/pages.mjs';
import { logIn, signUp } from '../support/people.mjs';
import { PatientClient } from './patientClient.mjs';

// A user who opens conversations and chats in them as fast as the server answers, and remembers what the server
// acknowledged and what it left open.
class Writer {
    conversations = new Map(); // id to title
    answers = new Map(); // message id to conversation id
    unanswered = []; // requests to create_conversation

    constructor(person, onAcknowledged) {
        this.person = person;
        this.onAcknowledged = onAcknowledged;
    }

    // Writes until the server is gone, or until told to stop. Where the server gave up, nothing was acknowledged:
    // 503 while its database is away, `conflict` where other writers were in the way too often. All else fails.
    async run(isOver) {
        for (let count = 0; !isOver(); count += 1) {
            const wanted = {
                body: { title: `${count} of ${this.person.username}` },
                idempotencyKey: crypto.randomUUID(),
            };
            const created = await this.#call('create_conversation', wanted);
            if (!created) this.unanswered.push(wanted);
            if (created?.status !== 201) continue;
            this.conversations.set(created.body.id, wanted.body.title);
            this.onAcknowledged();
            const body = { message: `Question ${count}`, conversation_id: created.body.id };
            const answer = await this.#call('generate_chat_response', { body });
            if (answer?.status !== 200) continue;
            this.answers.set(answer.body.message_id, created.body.id);
            this.onAcknowledged();
        }
    }

    async #call(operationId, options) {
        try {
            const answer = await this.person.client.call(operationId, options);
            const gaveUp = answer.status === 503 || answer.body?.detail?.error === 'conflict';
            assert.ok(answer.status < 300 || gaveUp, `${operationId}: ${answer.status} ${answer.text}`);
            return answer;
        } catch (error) {
            if (error instanceof assert.AssertionError) throw error;
            return undefined; // no answer: the connection is gone
        }
    }

    // Every acknowledged write is there, whole, and a write without an answer can be repeated safely.
    async check() {
        const { client, username, password } = this.person;
        const visitor = new PatientClient(client.server, { address: client.address });
        const again = visitor.with({ token: (await logIn(visitor, username, password)).access_token });
        for (const request of this.unanswered) await again.expect(201, 'create_conversation', request);
        const listed = (await readPages(again, 'list_conversations', { query: { limit: 100 } })).flat();
        const byId = new Map(listed.map((conversation) => [conversation.id, conversation]));
        for (const [id, title] of this.conversations)
            assert.equal(byId.get(id)?.title, title, `conversation ${id} is lost`);
        const titles = listed.map(({ title }) => title);
        assert.equal(new Set(titles).size, titles.length, 'no title was made twice');
        for (const [messageId, conversation_id] of this.answers) {
            const messages = await again.expect(200, 'list_messages', { params: { conversation_id } });
            assert.deepEqual(
                messages.map(({ role }) => role),
                ['user', 'assistant'],
                `of ${conversation_id}`,
            );
            assert.equal(messages[1].id, messageId, `the answer ${messageId} is lost`);
            assert.equal(byId.get(conversation_id).message_count, 2);
        }
    }
}

// Lets users write at once and breaks something after so many acknowledged writes; returns the users when all of
// them have come to their end.
export async function writeUntil(server, { users = 6, acknowledged, breakIt }) {
    let count = 0;
    let isOver = false;
    let broken;
    const onAcknowledged = () => {
        count += 1;
        if (count >= acknowledged && !broken) broken = breakIt().finally(() => (isOver = true));
    };
    const people = await Promise.all(Array.from({ length: users }, () => signUp(server)));
    const writers = people.map((person) => new Writer(person, onAcknowledged));
    const runs = writers.map((writer) => writer.run(() => isOver).finally(() => (isOver = true)));
    await Promise.allSettled(runs);
    for (const part of await Promise.allSettled([...runs, broken])) if (part.status === 'rejected') throw part.reason;
    return writers;
}

export async function checkAll(writers) {
    await Promise.all(writers.map((writer) => writer.check()));
}

const enough = 1_000_000;
export const wideLimits = { 'limits.address': enough, 'limits.caller': enough, 'limits.chat': enough };

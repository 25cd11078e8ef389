// The three measured operations on Fastify and better-sqlite3, over xentree's own schema (bench/README.md). Schemas say
// bodies and answers, as Fastify recommends for speed. Started by bench/run with BENCH_DATABASE (a SQLite file) and
// BENCH_SECRET (the JWT key).
import crypto from 'node:crypto';
import fastifyJwt from '@fastify/jwt';
import Database from 'better-sqlite3';
import Fastify from 'fastify';
import { createRequest, conversation, conversations, profile } from './schemas.mjs';

const database = new Database(process.env.BENCH_DATABASE);
for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON']) database.pragma(pragma);

const liveUser = database.prepare(`
    SELECT u.id, u.email, u.email_verified, u.username, u.full_name, u.nickname, u.avatar_url, u.bio, u.language,
           u.timezone, u.role, u.plan, u.is_active, u.is_profile_public, u.default_organization_id, u.created_at,
           u.updated_at
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ? AND s.user_id = ? AND s.ended_at IS NULL AND s.expires_at > ? AND u.is_active`);
const newestConversations = database.prepare(`
    SELECT id, title, provider, message_count, last_message_at, created_at, updated_at
    FROM conversations WHERE owner_id = ? ORDER BY active_at DESC, id DESC LIMIT ?`);
const insertConversation = database.prepare(`
    INSERT INTO conversations (id, owner_id, title, provider, message_count, active_at, created_at, updated_at)
    VALUES (?, ?, ?, ?, 0, ?, ?, ?)`);

const idBytes = (text) => Buffer.from(text.replaceAll('-', ''), 'hex');
const idText = (bytes) => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
const timeText = (milliseconds) => (milliseconds === null ? null : new Date(milliseconds).toISOString());

function makeUuid7(milliseconds) {
    const bytes = crypto.randomBytes(16);
    bytes.writeUIntBE(milliseconds, 0, 6);
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return bytes;
}

const app = Fastify({ logger: false, keepAliveTimeout: 75_000 });
app.register(fastifyJwt, { secret: process.env.BENCH_SECRET, verify: { algorithms: ['HS256'] } });
app.decorateRequest('account', null);

async function authenticate(request, reply) {
    try {
        await request.jwtVerify();
    } catch {
        return reply.code(401).send({ detail: 'The access token is not good.' });
    }
    const { sid, sub } = request.user;
    request.account = liveUser.get(idBytes(sid), idBytes(sub), Date.now());
    if (!request.account) return reply.code(401).send({ detail: 'The session has ended.' });
}

app.get('/api/auth/me', { onRequest: authenticate, schema: { response: { 200: profile } } }, async ({ account }) => ({
    ...account,
    id: idText(account.id),
    pending_email: null,
    default_organization_id: idText(account.default_organization_id),
    created_at: timeText(account.created_at),
    updated_at: timeText(account.updated_at),
}));

const listed = {
    querystring: { type: 'object', properties: { limit: { type: 'integer', minimum: 1, maximum: 100, default: 50 } } },
    response: { 200: conversations },
};
app.get('/api/core/conversations', { onRequest: authenticate, schema: listed }, async ({ account, query }) =>
    newestConversations.all(account.id, query.limit).map((row) => ({
        ...row,
        id: idText(row.id),
        last_message_at: timeText(row.last_message_at),
        created_at: timeText(row.created_at),
        updated_at: timeText(row.updated_at),
    })),
);

const created = { body: createRequest, response: { 201: conversation } };
app.post('/api/core/conversations', { onRequest: authenticate, schema: created }, async ({ account, body }, reply) => {
    if (body.provider !== 'auto') return reply.code(404).send({ detail: 'No such provider.' });
    const now = Date.now();
    const id = makeUuid7(now);
    const title = body.title?.trim() ?? '';
    insertConversation.run(id, account.id, title, body.provider, now, now, now);
    const moment = timeText(now);
    reply.code(201);
    return {
        id: idText(id),
        title,
        provider: body.provider,
        message_count: 0,
        last_message_at: null,
        created_at: moment,
        updated_at: moment,
    };
});

console.log(`listening on ${await app.listen({ host: '127.0.0.1', port: 0 })}`);

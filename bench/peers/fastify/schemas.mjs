// What goes over the wire, as in contract/: Fastify compiles these.
const string = { type: 'string' };
const nullableString = { type: 'string', nullable: true };
const boolean = { type: 'boolean' };

export const profile = {
    type: 'object',
    properties: {
        id: string,
        email: string,
        email_verified: boolean,
        pending_email: nullableString,
        username: string,
        full_name: nullableString,
        nickname: nullableString,
        avatar_url: nullableString,
        bio: nullableString,
        language: string,
        timezone: string,
        role: string,
        plan: string,
        is_active: boolean,
        is_profile_public: boolean,
        default_organization_id: string,
        created_at: string,
        updated_at: string,
    },
};

export const conversation = {
    type: 'object',
    properties: {
        id: string,
        title: string,
        provider: string,
        message_count: { type: 'integer' },
        last_message_at: nullableString,
        created_at: string,
        updated_at: string,
    },
};

export const conversations = { type: 'array', items: conversation };

export const createRequest = {
    type: 'object',
    properties: {
        title: { type: 'string', minLength: 1, maxLength: 200 },
        provider: { type: 'string', minLength: 1, maxLength: 128, default: 'auto' },
    },
};

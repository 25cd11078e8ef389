CREATE TABLE conversations (
    id uuid NOT NULL PRIMARY KEY,
    owner_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    title text NOT NULL,
    provider text NOT NULL,
    message_count bigint NOT NULL,
    last_message_at bigint,
    active_at bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE INDEX conversations_owner ON conversations (owner_id, active_at, id);

CREATE TABLE messages (
    id uuid NOT NULL PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    owner_id uuid NOT NULL,
    role text NOT NULL,
    content text NOT NULL,
    provider text,
    model text,
    prompt_tokens bigint,
    completion_tokens bigint,
    total_tokens bigint,
    citations text,
    position bigint NOT NULL,
    created_at bigint NOT NULL,
    UNIQUE (conversation_id, position)
);

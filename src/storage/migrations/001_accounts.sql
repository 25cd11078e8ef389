CREATE TABLE users (
    id uuid NOT NULL PRIMARY KEY,
    email text NOT NULL,
    email_key text NOT NULL UNIQUE,
    email_verified boolean NOT NULL,
    username text NOT NULL UNIQUE,
    password_hash text NOT NULL,
    full_name text,
    nickname text,
    avatar_url text,
    bio text,
    language text NOT NULL,
    timezone text NOT NULL,
    role text NOT NULL,
    plan text NOT NULL,
    is_active boolean NOT NULL,
    is_profile_public boolean NOT NULL,
    default_organization_id uuid NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);

CREATE TABLE organizations (
    id uuid NOT NULL PRIMARY KEY,
    name text NOT NULL,
    slug text NOT NULL UNIQUE,
    is_personal boolean NOT NULL,
    plan text NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);

CREATE TABLE memberships (
    organization_id uuid NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    role text NOT NULL,
    joined_at bigint NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);

CREATE TABLE sessions (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    created_at bigint NOT NULL,
    last_used_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    ended_at bigint,
    end_reason text,
    ip_address text,
    user_agent text
);
CREATE INDEX sessions_user ON sessions (user_id, created_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    hash bytea NOT NULL PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    first_used_at bigint,
    uses bigint NOT NULL
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE access_token_keys (
    id text NOT NULL PRIMARY KEY,
    sealed_secret bytea NOT NULL,
    created_at bigint NOT NULL,
    retired_at bigint
);

CREATE TABLE idempotency_answers (
    id bytea NOT NULL PRIMARY KEY,
    body_mac bytea NOT NULL,
    answer text NOT NULL,
    created_at bigint NOT NULL
);
CREATE INDEX idempotency_answers_age ON idempotency_answers (created_at);

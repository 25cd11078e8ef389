CREATE TABLE ai_months (
    owner_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    month text NOT NULL,
    taken bigint NOT NULL,
    PRIMARY KEY (owner_id, month)
);

CREATE TABLE ai_reservations (
    id uuid NOT NULL PRIMARY KEY,
    owner_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    month text NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX ai_reservations_owner ON ai_reservations (owner_id, month);
CREATE INDEX ai_reservations_expiry ON ai_reservations (expires_at);

CREATE TABLE ai_usage (
    owner_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    month text NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    calls bigint NOT NULL,
    prompt_tokens bigint NOT NULL,
    completion_tokens bigint NOT NULL,
    PRIMARY KEY (owner_id, month, provider, model)
);

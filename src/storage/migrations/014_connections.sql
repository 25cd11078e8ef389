-- A user's connections to outside services. `version` counts the changes of the tokens; a node that renews
-- them holds `leased_until`.
CREATE TABLE connections (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    provider text NOT NULL,
    status text NOT NULL,
    account_email text,
    scopes text NOT NULL,
    connected_at bigint NOT NULL,
    last_synced_at bigint,
    last_error text,
    sealed_tokens bytea NOT NULL,
    version bigint NOT NULL,
    leased_until bigint,
    UNIQUE (user_id, provider)
);
CREATE INDEX connections_user ON connections (user_id, id);

-- Flows of consent that are open.
CREATE TABLE consent_flows (
    id uuid NOT NULL PRIMARY KEY,
    state_hash bytea NOT NULL UNIQUE,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    session uuid NOT NULL,
    provider text NOT NULL,
    cookie_hash bytea NOT NULL,
    sealed_verifier bytea NOT NULL,
    return_url text NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX consent_flows_user ON consent_flows (user_id, id);
CREATE INDEX consent_flows_expiry ON consent_flows (expires_at);

-- Consents that a provider has yet to be told the end of. They outlive the account.
CREATE TABLE revocations (
    id uuid NOT NULL PRIMARY KEY,
    provider text NOT NULL,
    sealed_token bytea NOT NULL,
    attempts bigint NOT NULL,
    due_at bigint NOT NULL
);
CREATE INDEX revocations_due ON revocations (due_at, id);

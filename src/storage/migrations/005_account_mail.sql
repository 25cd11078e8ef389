ALTER TABLE users ADD COLUMN pending_email text;

CREATE TABLE mails (
    id uuid NOT NULL PRIMARY KEY,
    sealed_letter bytea NOT NULL,
    attempts bigint NOT NULL,
    due_at bigint NOT NULL,
    given_up_at bigint NOT NULL
);
CREATE INDEX mails_due ON mails (due_at, id);

-- The last five mails of a kind to an address; the first is the latest.
CREATE TABLE mailings (
    address_mac bytea NOT NULL,
    kind text NOT NULL,
    sent_1_at bigint NOT NULL,
    sent_2_at bigint,
    sent_3_at bigint,
    sent_4_at bigint,
    sent_5_at bigint,
    PRIMARY KEY (address_mac, kind)
);
CREATE INDEX mailings_age ON mailings (sent_1_at);

CREATE TABLE mailed_tokens (
    hash bytea NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    kind text NOT NULL,
    address_key text NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX mailed_tokens_user ON mailed_tokens (user_id, kind);
CREATE INDEX mailed_tokens_expiry ON mailed_tokens (expires_at);

CREATE TABLE password_reset_requests (
    id uuid NOT NULL PRIMARY KEY,
    email_key text NOT NULL,
    created_at bigint NOT NULL
);

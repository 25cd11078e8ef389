-- A key goes with its maker's membership, so it cannot outlive the maker, the organization or their tie.
CREATE TABLE api_keys (
    id uuid NOT NULL PRIMARY KEY,
    hash bytea NOT NULL UNIQUE,
    user_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    last_four text NOT NULL,
    scopes text NOT NULL,
    allowed_ips text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    last_used_at bigint,
    last_used_ip text,
    request_count bigint NOT NULL,
    FOREIGN KEY (organization_id, user_id) REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
);
CREATE INDEX api_keys_maker ON api_keys (user_id, id);
CREATE INDEX api_keys_membership ON api_keys (organization_id, user_id);

-- One row for each token that was issued. It goes with the membership, and with the API key that issued it, so a
-- token cannot outlive either of them, nor come back with them.
CREATE TABLE integration_tokens (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    api_key_id uuid REFERENCES api_keys(id) ON DELETE CASCADE,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    FOREIGN KEY (organization_id, user_id) REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
);
CREATE INDEX integration_tokens_membership ON integration_tokens (organization_id, user_id);
CREATE INDEX integration_tokens_key ON integration_tokens (api_key_id);
CREATE INDEX integration_tokens_expiry ON integration_tokens (expires_at);

-- A token may be barred that is not known here: then expires_at is null. Who did it is no foreign key: the list
-- outlives the account.
CREATE TABLE integration_token_revocations (
    organization_id uuid NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
    jti text NOT NULL,
    reason text,
    revoked_by uuid NOT NULL,
    revoked_at bigint NOT NULL,
    expires_at bigint,
    PRIMARY KEY (organization_id, jti)
);
CREATE INDEX integration_token_revocations_age
    ON integration_token_revocations (revoked_at, organization_id, jti);
CREATE INDEX integration_token_revocations_organization
    ON integration_token_revocations (organization_id, revoked_at, jti);
CREATE INDEX integration_token_revocations_unknown
    ON integration_token_revocations (organization_id, revoked_at) WHERE expires_at IS NULL;

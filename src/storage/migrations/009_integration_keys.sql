-- The keys that an organization's integration tokens are signed with. One signs from activates_at to retired_at,
-- which is when the one after it begins; the newest has no retired_at.
CREATE TABLE integration_keys (
    organization_id uuid NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
    kid text NOT NULL,
    sealed_private_key bytea NOT NULL,
    public_key bytea NOT NULL,
    created_at bigint NOT NULL,
    activates_at bigint NOT NULL,
    retired_at bigint,
    PRIMARY KEY (organization_id, kid)
);
CREATE INDEX integration_keys_newest ON integration_keys (activates_at) WHERE retired_at IS NULL;
CREATE INDEX integration_keys_retired ON integration_keys (retired_at) WHERE retired_at IS NOT NULL;

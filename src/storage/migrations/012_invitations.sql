-- `status` says pending of one that has run out too, until the next invitation of its organization.
-- Who invited may have gone; the invitation is of the organization.
CREATE TABLE invitations (
    id uuid NOT NULL PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    organization_id uuid NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
    inviter_id uuid REFERENCES users(id) ON DELETE SET NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    role text NOT NULL,
    team text,
    status text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    accepted_at bigint
);
CREATE INDEX invitations_organization ON invitations (organization_id, id);
CREATE INDEX invitations_status ON invitations (organization_id, status, id);
CREATE UNIQUE INDEX invitations_pending ON invitations (organization_id, email_key) WHERE status = 'pending';
CREATE INDEX invitations_inviter ON invitations (inviter_id, status);

-- How many a user has made since; it outlives the organizations that they were for.
CREATE TABLE inviters (
    user_id uuid NOT NULL PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE,
    since bigint NOT NULL,
    made bigint NOT NULL
);

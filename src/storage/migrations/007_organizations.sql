ALTER TABLE organizations ADD COLUMN description text;

ALTER TABLE memberships ADD COLUMN team text;
-- Whether the member made the organization or accepted an invitation, and was not added or moved by another.
ALTER TABLE memberships ADD COLUMN joined_by_own_act boolean NOT NULL DEFAULT TRUE;
CREATE INDEX memberships_joined ON memberships (organization_id, joined_at, user_id);

-- Names no account and no organization by a foreign key: the log outlives both.
CREATE TABLE audit_log (
    id uuid NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    action text NOT NULL,
    actor uuid,
    credential text NOT NULL,
    organization uuid,
    target text NOT NULL,
    details text NOT NULL,
    address text,
    request uuid
);
CREATE INDEX audit_log_organization ON audit_log (organization, id);
CREATE INDEX audit_log_actor ON audit_log (actor, id);

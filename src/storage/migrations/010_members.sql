-- The full name as it is looked for, in whatever case: folded by the program. Names of before are folded as far
-- as the database can, until their holders change something.
ALTER TABLE users ADD COLUMN full_name_key text;
UPDATE users SET full_name_key = lower(full_name);

CREATE INDEX memberships_role ON memberships (organization_id, role, joined_at, user_id);
CREATE INDEX memberships_team ON memberships (organization_id, team, joined_at, user_id);
DROP INDEX memberships_user;
CREATE INDEX memberships_user ON memberships (user_id, organization_id);

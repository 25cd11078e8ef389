CREATE INDEX api_keys_organization ON api_keys (organization_id, id);

-- The log is read backwards by time, whole or by one of these; what has been kept long enough goes by time.
DROP INDEX audit_log_organization;
DROP INDEX audit_log_actor;
CREATE INDEX audit_log_time ON audit_log (at, id);
CREATE INDEX audit_log_organization ON audit_log (organization, at, id);
CREATE INDEX audit_log_actor ON audit_log (actor, at, id);
CREATE INDEX audit_log_action ON audit_log (action, at, id);
CREATE INDEX audit_log_target ON audit_log (target, at, id);

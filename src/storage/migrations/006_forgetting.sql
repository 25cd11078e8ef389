-- What was answered to an account goes with it.
ALTER TABLE idempotency_answers ADD COLUMN owner_id uuid REFERENCES users(id) ON DELETE CASCADE;
CREATE INDEX idempotency_answers_owner ON idempotency_answers (owner_id);

CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);

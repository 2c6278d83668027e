-- Why the last attempt to deliver an entry has failed, for the operator. It contains no secret.
ALTER TABLE outbox ADD COLUMN failure TEXT CHECK (length(failure) <= 200);

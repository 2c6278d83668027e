-- works with: 6
-- Why the last attempt to deliver an entry has failed, for the operator. It contains no secret.
ALTER TABLE outbox ADD COLUMN failure text COLLATE "C" CHECK (length(failure) <= 200);

-- The audit trail. Ids are UUIDs of version 7: new events are added at the end, and old ones are deleted from the
-- beginning. One that is counted moves to the end with each time that it happens, and its tally finds it.
CREATE TABLE events (
  id         BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  at         INTEGER NOT NULL,
  kind       INTEGER NOT NULL,
  actor      INTEGER NOT NULL,
  actor_id   TEXT,
  account_id BLOB CHECK (length(account_id) = 16),
  session_id BLOB CHECK (length(session_id) = 16),
  address    BLOB,
  user_agent TEXT,
  outcome    TEXT,
  detail     TEXT,
  count      INTEGER NOT NULL,
  tally      BLOB CHECK (length(tally) = 16),
  since      INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX events_of_account ON events (account_id, id) WHERE account_id IS NOT NULL;

CREATE UNIQUE INDEX events_tally ON events (tally) WHERE tally IS NOT NULL;

CREATE TRIGGER events_append_only BEFORE UPDATE ON events
WHEN old.tally IS NULL OR new.tally IS NOT old.tally OR new.kind <> old.kind OR new.count <= old.count
BEGIN
  SELECT RAISE(ABORT, 'An event is never changed.');
END;

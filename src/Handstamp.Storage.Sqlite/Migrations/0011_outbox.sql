-- What is waiting to be delivered, in the order of ids within each lane. An entry is leased by moving the time at which it
-- is due. The number of the attempt says whose lease it is. It contains no secret.
CREATE TABLE outbox (
  id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  channel    TEXT    NOT NULL,
  lane       TEXT    NOT NULL CHECK (length(lane) <= 320),
  payload    BLOB    NOT NULL CHECK (length(payload) <= 4096),
  created_at INTEGER NOT NULL,
  due_at     INTEGER NOT NULL,
  attempts   INTEGER NOT NULL,
  dead_at    INTEGER
) STRICT;

CREATE INDEX outbox_by_due ON outbox (due_at, id) WHERE dead_at IS NULL;

CREATE INDEX outbox_by_lane ON outbox (lane, id) WHERE dead_at IS NULL;

CREATE INDEX outbox_dead ON outbox (dead_at) WHERE dead_at IS NOT NULL;

-- works with: 6
-- What is waiting to be delivered, in the order of ids within each lane. An entry is leased by moving the time at which it
-- is due. The number of the attempt says whose lease it is. It contains no secret.
CREATE TABLE outbox (
  id         uuid    NOT NULL PRIMARY KEY,
  created_at bigint  NOT NULL,
  due_at     bigint  NOT NULL,
  dead_at    bigint,
  attempts   integer NOT NULL,
  channel    text    NOT NULL COLLATE "C",
  lane       text    NOT NULL COLLATE "C" CHECK (length(lane) <= 320),
  payload    bytea   NOT NULL CHECK (length(payload) <= 4096)
);

CREATE INDEX outbox_by_due ON outbox (due_at, id) WHERE dead_at IS NULL;

CREATE INDEX outbox_by_lane ON outbox (lane, id) WHERE dead_at IS NULL;

CREATE INDEX outbox_dead ON outbox (dead_at) WHERE dead_at IS NOT NULL;

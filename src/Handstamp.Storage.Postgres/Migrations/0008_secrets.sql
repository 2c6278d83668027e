-- works with: 6
-- Secrets that are good once: links, codes, invitations, half-finished sign-ins. A secret itself is never here, only a MAC
-- of it that is bound to its row. The payload is what its maker wants to know again.
CREATE TABLE secrets (
  id         uuid     NOT NULL PRIMARY KEY,
  subject    uuid     NOT NULL,
  expires_at bigint   NOT NULL,
  tries_left smallint NOT NULL CHECK (tries_left >= 0),
  purpose    text     NOT NULL COLLATE "C",
  hash       bytea    NOT NULL CHECK (length(hash) = 32),
  payload    bytea    NOT NULL CHECK (length(payload) <= 4096)
);

CREATE INDEX secrets_of_subject ON secrets (subject, purpose);

CREATE INDEX secrets_by_expiry ON secrets (expires_at);

-- Secrets that are good once: links, codes, invitations, half-finished sign-ins. A secret itself is never here, only a MAC
-- of it that is bound to its row. The payload is what its maker wants to know again.
CREATE TABLE secrets (
  id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  purpose    TEXT    NOT NULL,
  subject    BLOB    NOT NULL CHECK (length(subject) = 16),
  hash       BLOB    NOT NULL CHECK (length(hash) = 32),
  expires_at INTEGER NOT NULL,
  tries_left INTEGER NOT NULL CHECK (tries_left >= 0),
  payload    BLOB    NOT NULL CHECK (length(payload) <= 4096)
) STRICT;

CREATE INDEX secrets_of_subject ON secrets (subject, purpose);

CREATE INDEX secrets_by_expiry ON secrets (expires_at);

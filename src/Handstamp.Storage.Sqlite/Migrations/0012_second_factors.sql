-- Secrets in the database that have to be read again are encrypted under a key of the ring. A check can't be changed.
CREATE TABLE keys_with_data (
  id           TEXT NOT NULL PRIMARY KEY,
  purpose      INTEGER NOT NULL CHECK (purpose IN (0, 1, 2)),
  algorithm    TEXT NOT NULL,
  sealed       BLOB NOT NULL,
  created_at   INTEGER NOT NULL,
  active_from  INTEGER NOT NULL,
  active_until INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  revoked_at   INTEGER
) STRICT, WITHOUT ROWID;

INSERT INTO keys_with_data (id, purpose, algorithm, sealed, created_at, active_from, active_until, expires_at, revoked_at)
SELECT id, purpose, algorithm, sealed, created_at, active_from, active_until, expires_at, revoked_at FROM keys;

DROP TABLE keys;

ALTER TABLE keys_with_data RENAME TO keys;

-- Authenticator apps (RFC 6238). The secret is encrypted under the data key, for this row. An account has at most one app that
-- is not confirmed yet. A code of a step that is not later than the last one is not accepted.
CREATE TABLE totp_apps (
  id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  account_id   BLOB    NOT NULL CHECK (length(account_id) = 16),
  name         TEXT,
  sealed       BLOB    NOT NULL,
  created_at   INTEGER NOT NULL,
  confirmed_at INTEGER,
  last_used_at INTEGER,
  last_step    INTEGER NOT NULL
) STRICT;

CREATE INDEX totp_apps_of_account ON totp_apps (account_id);

CREATE UNIQUE INDEX totp_apps_pending ON totp_apps (account_id) WHERE confirmed_at IS NULL;

-- MACs of the codes that are not used yet.
CREATE TABLE recovery_codes (
  account_id BLOB NOT NULL CHECK (length(account_id) = 16),
  mac        BLOB NOT NULL CHECK (length(mac) = 32),
  PRIMARY KEY (account_id, mac)
) STRICT, WITHOUT ROWID;

-- When an account that needs a second factor and has none first logged in under that rule.
CREATE TABLE second_factor_grace (
  account_id BLOB    NOT NULL PRIMARY KEY CHECK (length(account_id) = 16),
  began_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

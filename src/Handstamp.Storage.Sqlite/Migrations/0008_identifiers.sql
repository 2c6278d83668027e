-- What finds an account is a row of its own: an account may have several names, of several kinds, or none. What a change
-- of an account has to find unchanged stands in its own statement, so no stamp of all its changes is kept.
CREATE TABLE identifiers (
  kind        INTEGER NOT NULL,
  canonical   TEXT    NOT NULL,
  value       TEXT    NOT NULL,
  account_id  BLOB    NOT NULL CHECK (length(account_id) = 16),
  added_at    INTEGER NOT NULL,
  verified_at INTEGER,
  PRIMARY KEY (kind, canonical)
) STRICT, WITHOUT ROWID;

INSERT INTO identifiers (kind, canonical, value, account_id, added_at)
SELECT 1, normalized_email, email, id, created_at FROM accounts;

CREATE INDEX identifiers_of_account ON identifiers (account_id);

-- A column that is unique can't be dropped.
CREATE TABLE accounts_without_email (
  id             BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  password_hash  TEXT,
  claims         TEXT,
  security_stamp TEXT NOT NULL,
  created_at     INTEGER NOT NULL,
  disabled_at    INTEGER
) STRICT;

INSERT INTO accounts_without_email (id, password_hash, claims, security_stamp, created_at, disabled_at)
SELECT id, password_hash, claims, security_stamp, created_at, disabled_at FROM accounts;

DROP TABLE accounts;

ALTER TABLE accounts_without_email RENAME TO accounts;

CREATE INDEX accounts_at_refresh ON accounts (id, disabled_at, claims);

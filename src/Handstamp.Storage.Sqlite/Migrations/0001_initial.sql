-- Times are integer milliseconds UTC; ids are 16 bytes, big-endian, so that a UUIDv7 sorts by its time.

CREATE TABLE accounts (
  id                BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  email             TEXT NOT NULL,
  normalized_email  TEXT NOT NULL UNIQUE,
  password_hash     TEXT,
  claims            TEXT,
  security_stamp    TEXT NOT NULL,
  concurrency_stamp TEXT NOT NULL,
  created_at        INTEGER NOT NULL,
  disabled_at       INTEGER
) STRICT;

-- A rowid table with an index on the id: as small as WITHOUT ROWID (284 bytes a row of 100-byte user agents, indexes
-- included, for both), but its inner pages hold keys instead of whole rows, so that it stays shallow at ten million
-- rows. A rotation touches no index: neither the id nor the account ever changes.
-- No foreign key: the sessions of a deleted account stay until they are swept, to be refused as revoked.
CREATE TABLE sessions (
  id              BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  account_id      BLOB NOT NULL CHECK (length(account_id) = 16),
  seen            INTEGER NOT NULL,
  first           INTEGER NOT NULL,
  last            INTEGER NOT NULL,
  issued_at       INTEGER NOT NULL,
  mac_key_id      INTEGER NOT NULL,
  transport       INTEGER NOT NULL CHECK (transport IN (0, 1)),
  idle_expires_at INTEGER NOT NULL,
  expires_at      INTEGER NOT NULL,
  revoked_at      INTEGER,
  revoke_reason   INTEGER,
  client_id       TEXT,
  key_thumbprint  TEXT,
  amr             TEXT NOT NULL,
  auth_time       INTEGER NOT NULL,
  scope           TEXT,
  audience        TEXT,
  created_at      INTEGER NOT NULL,
  device_name     TEXT,
  user_agent      TEXT,
  address         BLOB,
  CHECK (seen < first AND first <= last),
  CHECK (idle_expires_at <= expires_at),
  CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL))
) STRICT;

CREATE INDEX sessions_of_account ON sessions (account_id);

CREATE TABLE keys (
  id           TEXT NOT NULL PRIMARY KEY,
  purpose      INTEGER NOT NULL CHECK (purpose IN (0, 1)),
  algorithm    TEXT NOT NULL,
  sealed       BLOB NOT NULL,
  created_at   INTEGER NOT NULL,
  active_from  INTEGER NOT NULL,
  active_until INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  revoked_at   INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE key_ring (
  id      INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL
) STRICT;

INSERT INTO key_ring (id, version) VALUES (1, 0);

-- AUTOINCREMENT: a number that was on the feed never comes again.
CREATE TABLE revocations (
  sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
  at         INTEGER NOT NULL,
  reason     INTEGER NOT NULL,
  session_id BLOB,
  account_id BLOB,
  key_id     TEXT,
  CHECK ((session_id IS NULL) = (account_id IS NULL) AND (session_id IS NULL) <> (key_id IS NULL))
) STRICT;

-- Whatever ends a session, its entry is there in the same transaction. A rotation does not set the column, so it
-- never meets the trigger.
CREATE TRIGGER session_ended AFTER UPDATE OF revoked_at ON sessions
WHEN old.revoked_at IS NULL AND new.revoked_at IS NOT NULL
BEGIN
  INSERT INTO revocations (at, reason, session_id, account_id)
  VALUES (new.revoked_at, new.revoke_reason, new.id, new.account_id);
END;

CREATE TABLE throttle (
  key           BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 16),
  failures      INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL,
  touched_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE resource_servers (
  name        TEXT NOT NULL PRIMARY KEY,
  secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
  created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Sealing keys (purpose 3) encrypt password hashes.
CREATE TABLE keys_with_seals (
  id           TEXT NOT NULL PRIMARY KEY,
  purpose      INTEGER NOT NULL CHECK (purpose IN (0, 1, 2, 3)),
  algorithm    TEXT NOT NULL,
  sealed       BLOB NOT NULL,
  created_at   INTEGER NOT NULL,
  active_from  INTEGER NOT NULL,
  active_until INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  revoked_at   INTEGER
) STRICT, WITHOUT ROWID;

INSERT INTO keys_with_seals (id, purpose, algorithm, sealed, created_at, active_from, active_until, expires_at, revoked_at)
SELECT id, purpose, algorithm, sealed, created_at, active_from, active_until, expires_at, revoked_at FROM keys;

DROP TABLE keys;

ALTER TABLE keys_with_seals RENAME TO keys;

-- A sealed hash is $sealed$KEY$BOX, and the id of its key has 13 letters.
CREATE INDEX accounts_sealed ON accounts (substr(password_hash, 9, 13)) WHERE substr(password_hash, 1, 8) = '$sealed$';

-- A sealing key is deleted when nothing is sealed under it. A hash that a halted process stores later must not name it.
CREATE TRIGGER sealed_when_added BEFORE INSERT ON accounts
WHEN substr(NEW.password_hash, 1, 8) = '$sealed$' AND NOT EXISTS (SELECT 1 FROM keys WHERE id = substr(NEW.password_hash, 9, 13))
BEGIN
  SELECT RAISE(ABORT, 'The key under which the password hash is sealed is no longer in the key ring.');
END;

CREATE TRIGGER sealed_when_changed BEFORE UPDATE OF password_hash ON accounts
WHEN substr(NEW.password_hash, 1, 8) = '$sealed$' AND NOT EXISTS (SELECT 1 FROM keys WHERE id = substr(NEW.password_hash, 9, 13))
BEGIN
  SELECT RAISE(ABORT, 'The key under which the password hash is sealed is no longer in the key ring.');
END;

-- Whose address is invited, and with which claims the account begins. The secret of its link is in secrets, with the id of the
-- invitation as its subject. An address has at most one.
CREATE TABLE invitations (
  id         BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
  canonical  TEXT    NOT NULL PRIMARY KEY,
  value      TEXT    NOT NULL,
  claims     TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- 1: the person does not want to be remembered in this browser, and the session has an idle life of its own. NULL takes no place.
ALTER TABLE sessions ADD COLUMN temporary INTEGER;

-- The version of the terms that the person has accepted, and when.
ALTER TABLE accounts ADD COLUMN terms_version TEXT;

ALTER TABLE accounts ADD COLUMN terms_accepted_at INTEGER;

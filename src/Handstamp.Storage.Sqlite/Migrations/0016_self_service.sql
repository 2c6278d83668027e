-- When an account is deleted whose owner has asked for it; NULL for all others.
ALTER TABLE accounts ADD COLUMN delete_at INTEGER;

CREATE INDEX accounts_to_delete ON accounts (delete_at) WHERE delete_at IS NOT NULL;

-- What a person tells about themselves, and what the app keeps for them. In a table of its own: a login does not read it.
CREATE TABLE profiles (
  account_id BLOB NOT NULL PRIMARY KEY CHECK (length(account_id) = 16),
  name       TEXT,
  picture    TEXT,
  locale     TEXT,
  data       TEXT
) STRICT, WITHOUT ROWID;

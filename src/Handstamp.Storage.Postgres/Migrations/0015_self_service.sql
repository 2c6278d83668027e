-- works with: 6
-- When an account is deleted whose owner has asked for it; NULL for all others.
ALTER TABLE accounts ADD COLUMN delete_at bigint;

CREATE INDEX accounts_to_delete ON accounts (delete_at) WHERE delete_at IS NOT NULL;

-- What a person tells about themselves, and what the app keeps for them. In a table of its own: a login does not read it.
CREATE TABLE profiles (
  account_id uuid NOT NULL PRIMARY KEY,
  name       text,
  picture    text,
  locale     text,
  data       text
);

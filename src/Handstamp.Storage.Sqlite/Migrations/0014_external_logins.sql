-- Who can log in at an account by which person at which other service. Issuer and subject identify the person; the label is only
-- shown. No token of the other service is here.
CREATE TABLE external_logins (
  id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  account_id   BLOB    NOT NULL CHECK (length(account_id) = 16),
  issuer       TEXT    NOT NULL,
  subject      TEXT    NOT NULL,
  provider     TEXT    NOT NULL,
  label        TEXT,
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX external_logins_by_subject ON external_logins (issuer, subject);

CREATE INDEX external_logins_of_account ON external_logins (account_id);

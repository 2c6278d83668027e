-- works with: 6
-- Who can log in at an account by which person at which other service. Issuer and subject identify the person; the label is only
-- shown. No token of the other service is here.
CREATE TABLE external_logins (
  id           uuid   NOT NULL PRIMARY KEY,
  account_id   uuid   NOT NULL,
  created_at   bigint NOT NULL,
  last_used_at bigint NOT NULL,
  issuer       text   NOT NULL COLLATE "C",
  subject      text   NOT NULL COLLATE "C",
  provider     text   NOT NULL COLLATE "C",
  label        text
);

CREATE UNIQUE INDEX external_logins_by_subject ON external_logins (issuer, subject);

CREATE INDEX external_logins_of_account ON external_logins (account_id);

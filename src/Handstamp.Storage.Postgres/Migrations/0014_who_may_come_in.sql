-- works with: 6
-- Whose address is invited, and with which claims the account begins. The secret of its link is in secrets, with the id of the
-- invitation as its subject. An address has at most one.
CREATE TABLE invitations (
  id         uuid   NOT NULL UNIQUE,
  canonical  text   NOT NULL PRIMARY KEY COLLATE "C",
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  value      text   NOT NULL,
  claims     text
);

-- 1: the person does not want to be remembered in this browser, and the session has an idle life of its own. NULL takes no place.
-- An older node begins no such session, and gives one the usual idle life when it refreshes it.
ALTER TABLE sessions ADD COLUMN temporary smallint;

-- The version of the terms that the person has accepted, and when.
ALTER TABLE accounts ADD COLUMN terms_version text;

ALTER TABLE accounts ADD COLUMN terms_accepted_at bigint;

-- works with: 6
-- Secrets in the database that have to be read again are encrypted under a key of the ring.
ALTER TABLE keys
  DROP CONSTRAINT keys_purpose_check,
  ADD CONSTRAINT keys_purpose_check CHECK (purpose IN (0, 1, 2));

-- Authenticator apps (RFC 6238). The secret is encrypted under the data key, for this row. An account has at most one app that
-- is not confirmed yet. A code of a step that is not later than the last one is not accepted.
CREATE TABLE totp_apps (
  id           uuid   NOT NULL PRIMARY KEY,
  account_id   uuid   NOT NULL,
  created_at   bigint NOT NULL,
  confirmed_at bigint,
  last_used_at bigint,
  last_step    bigint NOT NULL,
  name         text,
  sealed       bytea  NOT NULL
);

CREATE INDEX totp_apps_of_account ON totp_apps (account_id);

CREATE UNIQUE INDEX totp_apps_pending ON totp_apps (account_id) WHERE confirmed_at IS NULL;

-- MACs of the codes that are not used yet.
CREATE TABLE recovery_codes (
  account_id uuid  NOT NULL,
  mac        bytea NOT NULL CHECK (length(mac) = 32),
  PRIMARY KEY (account_id, mac)
);

-- When an account that needs a second factor and has none first logged in under that rule.
CREATE TABLE second_factor_grace (
  account_id uuid   NOT NULL PRIMARY KEY,
  began_at   bigint NOT NULL
);

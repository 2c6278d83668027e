-- works with: 6
-- Passkeys: the public keys of credentials that authenticators keep (WebAuthn). It contains no secret.
CREATE TABLE passkeys (
  id               uuid     NOT NULL PRIMARY KEY,
  account_id       uuid     NOT NULL,
  aaguid           uuid     NOT NULL,
  sign_count       bigint   NOT NULL,
  created_at       bigint   NOT NULL,
  last_used_at     bigint,
  is_synced        smallint NOT NULL,
  is_backed_up     smallint NOT NULL,
  is_second_factor smallint NOT NULL,
  credential_id    bytea    NOT NULL UNIQUE CHECK (length(credential_id) <= 1023),
  public_key       bytea    NOT NULL CHECK (length(public_key) <= 600),
  transports       text     NOT NULL,
  name             text
) WITH (fillfactor = 85);

CREATE INDEX passkeys_of_account ON passkeys (account_id, created_at);

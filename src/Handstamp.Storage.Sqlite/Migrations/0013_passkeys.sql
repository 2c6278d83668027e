-- Passkeys: the public keys of credentials that authenticators keep (WebAuthn). It contains no secret.
CREATE TABLE passkeys (
  id               BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  account_id       BLOB    NOT NULL CHECK (length(account_id) = 16),
  credential_id    BLOB    NOT NULL UNIQUE CHECK (length(credential_id) <= 1023),
  public_key       BLOB    NOT NULL CHECK (length(public_key) <= 600),
  aaguid           BLOB    NOT NULL CHECK (length(aaguid) = 16),
  sign_count       INTEGER NOT NULL,
  is_synced        INTEGER NOT NULL,
  is_backed_up     INTEGER NOT NULL,
  is_second_factor INTEGER NOT NULL,
  transports       TEXT    NOT NULL,
  name             TEXT,
  created_at       INTEGER NOT NULL,
  last_used_at     INTEGER
) STRICT;

CREATE INDEX passkeys_of_account ON passkeys (account_id, created_at);

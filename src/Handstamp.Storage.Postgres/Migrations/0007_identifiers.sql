-- works with: 6
-- What finds an account is a row of its own: an account may have several names, of several kinds, or none. What a change
-- of an account has to find unchanged stands in its own statement, so no stamp of all its changes is kept.
CREATE TABLE identifiers (
  account_id  uuid     NOT NULL,
  added_at    bigint   NOT NULL,
  verified_at bigint,
  kind        smallint NOT NULL,
  canonical   text     NOT NULL COLLATE "C",
  value       text     NOT NULL,
  PRIMARY KEY (kind, canonical)
);

INSERT INTO identifiers (kind, canonical, value, account_id, added_at)
SELECT 1, normalized_email, email, id, created_at FROM accounts;

CREATE INDEX identifiers_of_account ON identifiers (account_id);

ALTER TABLE accounts DROP COLUMN email, DROP COLUMN normalized_email, DROP COLUMN concurrency_stamp;

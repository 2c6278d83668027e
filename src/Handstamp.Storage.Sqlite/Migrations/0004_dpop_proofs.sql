-- The proofs that were used, until they are too old to be used again. In the order of time, so that new ones are added
-- at the end and old ones are deleted from the beginning; of one proof, `until` is always the same.
CREATE TABLE dpop_proofs (
  until INTEGER NOT NULL,
  proof BLOB    NOT NULL,
  PRIMARY KEY (until, proof)
) STRICT, WITHOUT ROWID;

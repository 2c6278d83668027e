-- A hash of the recovery code, encrypted, so that an export can write it. Codes from before have none.
ALTER TABLE recovery_codes ADD COLUMN sealed BLOB;

-- works with: 6
-- The sealing key of the password hash in the content of a row, if there is one: a registration that waits for its mail.
ALTER TABLE secrets ADD COLUMN sealed_under text COLLATE "C";

UPDATE secrets SET sealed_under = substring(convert_from(payload, 'UTF8') FROM '"password_hash":"\$sealed\$(.{13})')
WHERE purpose = 'registration';

CREATE INDEX secrets_sealed ON secrets (sealed_under) WHERE sealed_under IS NOT NULL;

-- As for accounts: a row that a halted node stores later must not name a key that was deleted. The lock makes a deletion at the same
-- moment wait, so it sees this row.
CREATE FUNCTION demand_sealing_key_of_secret() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM keys WHERE id = NEW.sealed_under FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The key under which the password hash is sealed is no longer in the key ring.'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER secret_sealed BEFORE INSERT OR UPDATE OF sealed_under ON secrets
FOR EACH ROW WHEN (NEW.sealed_under IS NOT NULL) EXECUTE FUNCTION demand_sealing_key_of_secret();

DO $$
BEGIN
  EXECUTE pg_catalog.format('ALTER FUNCTION demand_sealing_key_of_secret() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;

-- works with: 6
-- Sealing keys (purpose 3) encrypt password hashes.
ALTER TABLE keys
  DROP CONSTRAINT keys_purpose_check,
  ADD CONSTRAINT keys_purpose_check CHECK (purpose IN (0, 1, 2, 3));

-- A sealed hash is $sealed$KEY$BOX, and the id of its key has 13 letters.
CREATE INDEX accounts_sealed ON accounts (substr(password_hash, 9, 13)) WHERE substr(password_hash, 1, 8) = '$sealed$';

-- A sealing key is deleted when nothing is sealed under it. A hash that a halted node stores later must not name it. The lock makes a
-- deletion at the same moment wait, so it sees this row.
CREATE FUNCTION demand_sealing_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM keys WHERE id = substr(NEW.password_hash, 9, 13) FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The key under which the password hash is sealed is no longer in the key ring.'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER password_sealed BEFORE INSERT OR UPDATE OF password_hash ON accounts
FOR EACH ROW WHEN (substr(NEW.password_hash, 1, 8) = '$sealed$') EXECUTE FUNCTION demand_sealing_key();

DO $$
BEGIN
  EXECUTE pg_catalog.format('ALTER FUNCTION demand_sealing_key() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;

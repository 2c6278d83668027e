-- The sealing key of the password hash in the content of a row, if there is one: a registration that waits for its mail.
ALTER TABLE secrets ADD COLUMN sealed_under TEXT;

UPDATE secrets SET sealed_under = substr(CAST(payload AS TEXT), instr(CAST(payload AS TEXT), '"password_hash":"$sealed$') + 25, 13)
WHERE purpose = 'registration' AND instr(CAST(payload AS TEXT), '"password_hash":"$sealed$') > 0;

CREATE INDEX secrets_sealed ON secrets (sealed_under) WHERE sealed_under IS NOT NULL;

-- As for accounts: a row that a halted process stores later must not name a key that was deleted.
CREATE TRIGGER secret_sealed_when_added BEFORE INSERT ON secrets
WHEN NEW.sealed_under IS NOT NULL AND NOT EXISTS (SELECT 1 FROM keys WHERE id = NEW.sealed_under)
BEGIN
  SELECT RAISE(ABORT, 'The key under which the password hash is sealed is no longer in the key ring.');
END;

CREATE TRIGGER secret_sealed_when_changed BEFORE UPDATE OF sealed_under ON secrets
WHEN NEW.sealed_under IS NOT NULL AND NOT EXISTS (SELECT 1 FROM keys WHERE id = NEW.sealed_under)
BEGIN
  SELECT RAISE(ABORT, 'The key under which the password hash is sealed is no longer in the key ring.');
END;

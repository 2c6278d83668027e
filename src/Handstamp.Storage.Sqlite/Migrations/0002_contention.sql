-- The generation that was used before the seen one. None is indexed, of these six: a rotation writes them.
ALTER TABLE sessions ADD COLUMN seen_before       INTEGER NOT NULL DEFAULT 0;

-- What a row remembers to notice that two parties use its session.
ALTER TABLE sessions ADD COLUMN source            INTEGER;
ALTER TABLE sessions ADD COLUMN other_source      INTEGER;
ALTER TABLE sessions ADD COLUMN source_changed_at INTEGER;
ALTER TABLE sessions ADD COLUMN contentions       INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN contended_at      INTEGER;

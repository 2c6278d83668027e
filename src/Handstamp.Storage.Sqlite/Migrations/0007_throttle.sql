-- A counter says when all that it has counted is forgotten: the more, the later. So one that says nothing any more can
-- be told, and swept, without its rule. What was counted before does not say it, and goes.
DROP TABLE throttle;

CREATE TABLE throttle (
  key           BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 16),
  forgotten_at  INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

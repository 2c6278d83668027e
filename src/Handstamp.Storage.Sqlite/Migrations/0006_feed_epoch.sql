-- Which epoch of the revocation feed the numbers belong to. A file that is put back gives numbers a second time, so it
-- begins a new one. A backup marks its copy, so that the copy is known when it is started.
CREATE TABLE feed (
  id           INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  epoch        INTEGER,
  is_copy      INTEGER NOT NULL DEFAULT 0 CHECK (is_copy IN (0, 1)),
  went_back_at INTEGER
) STRICT;

INSERT INTO feed (id) VALUES (1);

-- works with: 22
-- How many scripts a program has to know to work on this schema. The last script says it in its first line.
CREATE TABLE handstamp_schema (
  id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  works_with INTEGER NOT NULL
) STRICT;

INSERT INTO handstamp_schema (id, works_with) VALUES (1, 22);

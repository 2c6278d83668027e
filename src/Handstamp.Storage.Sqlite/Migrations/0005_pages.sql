-- A third transport: the cookie of the service's own pages. Only a constraint changes and no row, so its text is all
-- that is written (https://www.sqlite.org/lang_altertable.html, section 7); another table would take ten million rows.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (transport IN (0, 1))', 'CHECK (transport IN (0, 1, 2))')
WHERE type = 'table' AND name = 'sessions';
PRAGMA writable_schema = RESET;

-- Another connection that is open reads the schema again when a table comes or goes.
CREATE TABLE noticed (at INTEGER) STRICT;
DROP TABLE noticed;

-- Which session a refresh token of the former system has begun, so that it begins no other one. Only a hash of the token is here.
CREATE TABLE moved_sessions (
  token      BLOB    NOT NULL PRIMARY KEY CHECK (length(token) = 32),
  session_id BLOB    NOT NULL CHECK (length(session_id) = 16),
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX moved_sessions_by_expiry ON moved_sessions (expires_at);

-- works with: 6
-- Which session a refresh token of the former system has begun, so that it begins no other one. Only a hash of the token is here.
CREATE TABLE moved_sessions (
  session_id uuid   NOT NULL,
  expires_at bigint NOT NULL,
  token      bytea  NOT NULL PRIMARY KEY CHECK (length(token) = 32)
);

CREATE INDEX moved_sessions_by_expiry ON moved_sessions (expires_at);

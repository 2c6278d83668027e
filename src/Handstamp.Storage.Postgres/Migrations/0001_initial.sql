-- works with: 1
-- Times are integer milliseconds UTC; a uuid is 16 bytes, big-endian, so that a UUIDv7 sorts by its time.

CREATE TABLE accounts (
  id                uuid   NOT NULL PRIMARY KEY,
  created_at        bigint NOT NULL,
  disabled_at       bigint,
  email             text   NOT NULL,
  normalized_email  text   NOT NULL COLLATE "C" UNIQUE,
  password_hash     text,
  claims            text,
  security_stamp    text   NOT NULL,
  concurrency_stamp text   NOT NULL
);

-- Wide columns first: no byte is lost to alignment. A rotation touches no index, for neither the id nor the account
-- ever changes; so it is a HOT update, and the fillfactor leaves the room in the page that it needs.
-- No CHECK: the server would parse it anew at each rotation, and all of them cost it a quarter more.
-- No foreign key: the sessions of a deleted account stay until they are swept, to be refused as revoked; and a
-- rotation must not lock a row of another table.
CREATE TABLE sessions (
  id                uuid     NOT NULL PRIMARY KEY,
  account_id        uuid     NOT NULL,
  issued_at         bigint   NOT NULL,
  idle_expires_at   bigint   NOT NULL,
  expires_at        bigint   NOT NULL,
  auth_time         bigint   NOT NULL,
  created_at        bigint   NOT NULL,
  source_changed_at bigint,
  contended_at      bigint,
  revoked_at        bigint,
  seen              integer  NOT NULL,
  first             integer  NOT NULL,
  last              integer  NOT NULL,
  seen_before       integer  NOT NULL,
  source            integer,
  other_source      integer,
  contentions       integer  NOT NULL DEFAULT 0,
  mac_key_id        smallint NOT NULL,
  transport         smallint NOT NULL,
  revoke_reason     smallint,
  client_id         text,
  key_thumbprint    text,
  amr               text     NOT NULL,
  scope             text,
  audience          text,
  device_name       text,
  user_agent        text,
  address           bytea
) WITH (fillfactor = 90);

CREATE INDEX sessions_of_account ON sessions (account_id);

CREATE TABLE keys (
  id           text     NOT NULL COLLATE "C" PRIMARY KEY,
  purpose      smallint NOT NULL CHECK (purpose IN (0, 1)),
  algorithm    text     NOT NULL,
  sealed       bytea    NOT NULL,
  created_at   bigint   NOT NULL,
  active_from  bigint   NOT NULL,
  active_until bigint   NOT NULL,
  expires_at   bigint   NOT NULL,
  revoked_at   bigint
);

CREATE TABLE key_ring (
  id      integer NOT NULL PRIMARY KEY CHECK (id = 1),
  version bigint  NOT NULL
);

INSERT INTO key_ring (id, version) VALUES (1, 0);

CREATE SEQUENCE revocations_sequence;

CREATE TABLE revocations (
  sequence   bigint   NOT NULL PRIMARY KEY,
  at         bigint   NOT NULL,
  session_id uuid,
  account_id uuid,
  reason     smallint NOT NULL,
  key_id     text,
  CHECK ((session_id IS NULL) = (account_id IS NULL) AND (session_id IS NULL) <> (key_id IS NULL))
);

CREATE TABLE feed (id integer NOT NULL PRIMARY KEY CHECK (id = 1));

INSERT INTO feed (id) VALUES (1);

-- Who reads the feed goes on after the last number that it has seen. So numbers have to become visible in their order:
-- whoever takes one holds this lock until its commit, and no smaller one can come after it. A refresh never does.
CREATE FUNCTION number_revocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM feed FOR UPDATE;
  NEW.sequence := nextval('revocations_sequence');
  RETURN NEW;
END $$;

CREATE TRIGGER revocation_numbered BEFORE INSERT ON revocations
FOR EACH ROW EXECUTE FUNCTION number_revocation();

-- Whatever ends a session, its entry is there in the same transaction. A rotation does not set the column, so it
-- never meets the trigger.
CREATE FUNCTION announce_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO revocations (at, reason, session_id, account_id)
  VALUES (NEW.revoked_at, NEW.revoke_reason, NEW.id, NEW.account_id);
  RETURN NULL;
END $$;

CREATE TRIGGER session_ended AFTER UPDATE OF revoked_at ON sessions
FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL)
EXECUTE FUNCTION announce_end();

CREATE TABLE throttle (
  key           uuid    NOT NULL PRIMARY KEY,
  blocked_until bigint  NOT NULL,
  touched_at    bigint  NOT NULL,
  failures      integer NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE resource_servers (
  name        text   NOT NULL COLLATE "C" PRIMARY KEY,
  secret_hash bytea  NOT NULL CHECK (length(secret_hash) = 32),
  created_at  bigint NOT NULL
);

-- The proofs that were used, until they are too old to be used again, in the order of time; of one proof, `until` is
-- always the same.
CREATE TABLE dpop_proofs (
  until bigint NOT NULL,
  proof uuid   NOT NULL,
  PRIMARY KEY (until, proof)
);

-- works with: 6
-- The audit trail. Ids are UUIDs of version 7: new events are added at the end, and old ones are deleted from the
-- beginning. One that is counted moves to the end with each time that it happens, and its tally finds it.
CREATE TABLE events (
  id         uuid     NOT NULL PRIMARY KEY,
  account_id uuid,
  session_id uuid,
  tally      uuid,
  at         bigint   NOT NULL,
  since      bigint,
  count      integer  NOT NULL,
  kind       smallint NOT NULL,
  actor      smallint NOT NULL,
  actor_id   text,
  address    bytea,
  user_agent text,
  outcome    text,
  detail     text
);

CREATE INDEX events_of_account ON events (account_id, id) WHERE account_id IS NOT NULL;

CREATE UNIQUE INDEX events_tally ON events (tally) WHERE tally IS NOT NULL;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'An event is never changed.';
END $$;

CREATE TRIGGER events_append_only BEFORE UPDATE ON events
FOR EACH ROW WHEN (OLD.tally IS NULL OR NEW.tally IS DISTINCT FROM OLD.tally OR NEW.kind <> OLD.kind OR NEW.count <= OLD.count)
EXECUTE FUNCTION refuse_change();

DO $$
BEGIN
  EXECUTE pg_catalog.format('ALTER FUNCTION refuse_change() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;

-- works with: 1
-- Which epoch of the revocation feed the numbers belong to, and where the database was when it began. A database that
-- was restored, or a standby that was promoted, may give numbers a second time, so it begins a new one.
ALTER TABLE feed
  ADD COLUMN epoch        bigint,
  ADD COLUMN went_back_at bigint,
  ADD COLUMN place        text;

-- The cluster, and its timeline, which every promotion and every recovery to a moment changes. With the number of the
-- table, which a restored dump makes anew, that is a place. An engine that can't say it has one place only.
CREATE FUNCTION database_place() RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
BEGIN
  RETURN (SELECT system_identifier FROM pg_control_system()) || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8);
EXCEPTION WHEN OTHERS THEN
  RETURN '';
END $$;

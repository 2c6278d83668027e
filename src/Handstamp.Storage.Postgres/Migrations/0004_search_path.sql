-- works with: 3
-- A function would look for its tables along the search path of whoever fires it. A table of that name in another schema
-- there, or a temporary one, must not take the place of ours.

DO $$
BEGIN
  EXECUTE pg_catalog.format('ALTER FUNCTION number_revocation() SET search_path = pg_catalog, %I, pg_temp', current_schema());
  EXECUTE pg_catalog.format('ALTER FUNCTION announce_end() SET search_path = pg_catalog, %I, pg_temp', current_schema());
  EXECUTE pg_catalog.format('ALTER FUNCTION database_place() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;

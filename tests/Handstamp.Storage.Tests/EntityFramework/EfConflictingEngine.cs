using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Handstamp.Storage.Tests.EntityFramework;

/// <summary>
/// As <c>ConflictingEngine</c>: every transaction is serializable, and one in eight fails with 40001. The app has not asked EF Core to
/// repeat anything, so the stores do it.
/// </summary>
public sealed class EfConflictingEngine : EfPostgresEngine
{
    const string Inject = """
        CREATE OR REPLACE FUNCTION inject() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF txid_current() % 16 = TG_ARGV[0]::integer THEN RAISE EXCEPTION 'injected' USING ERRCODE = '40001'; END IF;
          RETURN NULL;
        END $$;

        DO $$
        DECLARE tab text;
        BEGIN
          FOREACH tab IN ARRAY ARRAY['AspNetUsers', 'HandstampSessions', 'HandstampKeys', 'HandstampKeyRing', 'HandstampRevocations']
          LOOP
            EXECUTE format('CREATE OR REPLACE TRIGGER at_once BEFORE INSERT OR UPDATE OR DELETE ON %I
              FOR EACH STATEMENT EXECUTE FUNCTION inject(0)', tab);
            EXECUTE format('DROP TRIGGER IF EXISTS at_commit ON %I', tab);
            EXECUTE format('CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT OR UPDATE OR DELETE ON %I
              DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION inject(1)', tab);
          END LOOP;
        END $$;
        """;

    public EfConflictingEngine() => Settings = $"Options=-c default_transaction_isolation=serializable {ServerLimits}";

    protected override async Task CompleteAsync()
    {
        await base.CompleteAsync();
        await AskAsync(Inject);
    }

    // No trigger runs, so none fails.
    protected override string BeforeDeletion => "SET session_replication_role = replica;";

    protected override void Configure(NpgsqlDbContextOptionsBuilder server)
    {
    }
}

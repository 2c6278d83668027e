using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Storage.Tests.Postgres;

/// <summary>
/// Behaves like a distributed engine: every transaction is serializable, and one in eight fails with 40001, some in the
/// statement, and some only at their commit.
/// </summary>
public sealed class ConflictingEngine : PostgresEngine
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
          FOREACH tab IN ARRAY ARRAY['accounts', 'sessions', 'keys', 'key_ring', 'revocations', 'throttle',
            'resource_servers', 'dpop_proofs', 'secrets', 'events', 'totp_apps', 'recovery_codes', 'second_factor_grace']
          LOOP
            EXECUTE format('CREATE OR REPLACE TRIGGER at_once BEFORE INSERT OR UPDATE OR DELETE ON %I
              FOR EACH STATEMENT EXECUTE FUNCTION inject(0)', tab);
            EXECUTE format('DROP TRIGGER IF EXISTS at_commit ON %I', tab);
            EXECUTE format('CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT OR UPDATE OR DELETE ON %I
              DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION inject(1)', tab);
          END LOOP;
        END $$;
        """;

    public ConflictingEngine() => Settings = $"Options=-c default_transaction_isolation=serializable {ServerLimits}";

    protected override async Task CompleteAsync()
    {
        await base.CompleteAsync();
        await AskAsync(Inject);
    }

    // No trigger runs, so none fails.
    protected override string BeforeDeletion => "SET session_replication_role = replica;";

    protected override void AddStores(IServiceCollection services)
    {
        services.AddSingleton<TimeProvider>(new SlowClock());
        base.AddStores(services);
    }

    /// <summary>With this, the stores repeat a conflicting transaction for a minute instead of a second.</summary>
    sealed class SlowClock : TimeProvider
    {
        public override long TimestampFrequency => base.TimestampFrequency * 60;
    }
}

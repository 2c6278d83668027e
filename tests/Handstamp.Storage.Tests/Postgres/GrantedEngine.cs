namespace Handstamp.Storage.Tests.Postgres;

/// <summary>
/// The stores connect as a user that owns nothing, with exactly the rights that docs/guide/postgres.md grants. The
/// schema belongs to another user.
/// </summary>
public sealed class GrantedEngine : PostgresEngine
{
    // Several tests create the role at the same time.
    const string Grant = """
        DO $$
        BEGIN
          CREATE ROLE granted LOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$;

        DO $$
        BEGIN
          EXECUTE format('GRANT USAGE ON SCHEMA %I TO granted', current_schema());
          EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO granted', current_schema());
          EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO granted', current_schema());
        END $$;
        """;

    public GrantedEngine() => Settings = "Username=granted";

    protected override async Task PrepareAsync()
    {
        await using (var owner = Another()) await owner.OpenAsync();
        await AskAsync(Grant);
    }
}

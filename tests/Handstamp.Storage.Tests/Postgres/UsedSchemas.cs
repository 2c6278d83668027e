using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Handstamp.Storage.Tests.Postgres;

/// <summary>
/// Schemas that a test of a contract has left, as an engine of their kind first opened them. To migrate a new schema
/// takes most of the time of a test.
/// </summary>
static class UsedSchemas
{
    // The rows that the migrations and the first start have written, each table as one text.
    const string Remember = """
        DO $$
        DECLARE tab text; kept text;
        BEGIN
          CREATE TABLE first_rows (name text, rows text);
          FOR tab IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'first_rows' LOOP
            EXECUTE format('SELECT json_agg(t) FROM %I t', tab) INTO kept;
            INSERT INTO first_rows VALUES (tab, kept);
          END LOOP;
        END $$
        """;

    const string Restore = """
        DO $$
        DECLARE tab text; kept text;
        BEGIN
          SET LOCAL session_replication_role = replica;
          FOR tab, kept IN SELECT name, rows FROM first_rows LOOP
            EXECUTE format('DELETE FROM %I', tab);
            CONTINUE WHEN kept IS NULL;
            EXECUTE format('INSERT INTO %I SELECT * FROM json_populate_recordset(NULL::%I, $1::json)', tab, tab) USING kept;
          END LOOP;
          PERFORM setval(quote_ident(sequencename)::regclass, start_value, false) FROM pg_sequences WHERE schemaname = current_schema();
        END $$
        """;

    static readonly ConcurrentDictionary<Type, ConcurrentBag<string>> Free = new();

    public static bool TryTake(PostgresEngine engine, [NotNullWhen(true)] out string? schema)
    {
        schema = null;
        return engine.IsReusable && FreeFor(engine).TryTake(out schema);
    }

    public static Task RememberAsync(PostgresEngine engine) => engine.AskAsync(Remember);

    public static async Task ReturnAsync(PostgresEngine engine, string schema)
    {
        await engine.AskAsync(Restore);
        FreeFor(engine).Add(schema);
    }

    static ConcurrentBag<string> FreeFor(PostgresEngine engine) => Free.GetOrAdd(engine.GetType(), _ => []);
}

using System.Globalization;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>Names who has locks on Handstamp's tables, as far as this user may know.</summary>
static class LockHolders
{
    const int Most = 3;

    // For processes of other users, the server tells everyone who they are, but not what they do.
    const string Holders = """
        SELECT DISTINCT activity.pid, activity.usename::text, activity.application_name
        FROM pg_catalog.pg_locks AS locks
          JOIN pg_catalog.pg_class AS tables ON tables.oid = locks.relation
          JOIN pg_catalog.pg_namespace AS schemas ON schemas.oid = tables.relnamespace
          JOIN pg_catalog.pg_stat_activity AS activity ON activity.pid = locks.pid
        WHERE locks.granted AND activity.pid <> pg_catalog.pg_backend_pid() AND schemas.nspname = current_schema()
          AND activity.datname = pg_catalog.current_database()
        ORDER BY activity.pid
        """;

    /// <summary>Each process with its user and application name, for an error message.</summary>
    public static async Task<string> NameAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var holders = new List<string>();
        await using var command = connection.Script(Holders);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) holders.Add(Name(reader));
        return holders.Count == 0 ? "a backup perhaps, or a transaction that was left open (pg_stat_activity)"
            : string.Join("; ", holders.Take(Most)) + (holders.Count > Most ? "; and others" : "");
    }

    static string Name(NpgsqlDataReader reader)
    {
        var program = reader.IsDBNull(2) || reader.GetString(2).Length == 0 ? "" : $", {reader.GetString(2)}";
        var user = reader.IsDBNull(1) ? "another user" : reader.GetString(1);
        return string.Create(CultureInfo.InvariantCulture, $"process {reader.GetInt32(0)} ({user}{program})");
    }
}

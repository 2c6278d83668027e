using Handstamp.Server.Storage;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>Refuses a database on which the service would fail later, before anything is written.</summary>
static class Fitness
{
    // If a pooler gives a connection to another client between two transactions, this setting stays on it.
    const string Mark = "SELECT set_config('handstamp.seen', 'seen', false)";
    const string IsMarked = "SELECT current_setting('handstamp.seen', true) = 'seen'";

    // Another program may have just got the connection that would show it.
    const int Looks = 8;

    public static async Task CheckAsync(PostgresServer server, NpgsqlConnection connection, CancellationToken cancel)
    {
        if (await connection.AskAsync("SHOW server_encoding", cancel) is string encoding && encoding != "UTF8")
            throw new StorageStartException(
                $"The database {server.Name} has the encoding {encoding}, which cannot store every text. Create it with UTF8: "
                + "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.");
        if (await IsSharedAsync(server, cancel))
            throw new StorageStartException(
                $"The pooler in front of the database {server.Name} gives each transaction another connection. Prepared statements and "
                + "notifications between nodes need a permanent connection. Set its pool_mode to session, or "
                + "connect to the database directly.");
    }

    /// <summary>Whether a pooler gives the server's side of an open connection to other clients.</summary>
    static async Task<bool> IsSharedAsync(PostgresServer server, CancellationToken cancel)
    {
        await using var bare = server.OpenBare();
        await using var first = await bare.OpenConnectionAsync(cancel);
        // A pooler reports the process id of the server that it connects to.
        if (first.ProcessID.Equals(await first.AskAsync("SELECT pg_backend_pid()", cancel))) return false;

        await first.AskAsync(Mark, cancel);
        for (var look = 0; look < Looks; look++)
        {
            await using var second = await bare.OpenConnectionAsync(cancel);
            if (await second.AskAsync(IsMarked, cancel) is true || await first.AskAsync(IsMarked, cancel) is not true) return true;
        }

        return false;
    }
}

using Handstamp.Server.Sessions.Dpop;

namespace Handstamp.Storage.Sqlite.Sessions.Dpop;

/// <summary>The primary key shows whether a proof exists; nothing is read first.</summary>
sealed class SqliteProofStore(SqliteStorage storage) : IProofStore
{
    const string Use = "INSERT OR IGNORE INTO dpop_proofs (until, proof) VALUES (@until, @proof)";

    const string Sweep = """
        DELETE FROM dpop_proofs WHERE (until, proof) IN
          (SELECT until, proof FROM dpop_proofs WHERE until < @now ORDER BY until LIMIT @limit)
        """;

    public Task<bool> TryUseAsync(UInt128 proof, DateTimeOffset until, bool atRefresh = false) =>
        storage.Writer.RunAsync((proof, until), static (database, use) =>
        {
            using var insert = database.Use(Use).Bind("@until", use.until).BindBytes("@proof", use.proof);
            return insert.Run() == 1;
        });

    public Task<int> SweepAsync(DateTimeOffset now, int limit) =>
        storage.Writer.RunAsync((now, limit), static (database, old) =>
        {
            using var delete = database.Use(Sweep).Bind("@now", old.now).Bind("@limit", old.limit);
            return delete.Run();
        });
}

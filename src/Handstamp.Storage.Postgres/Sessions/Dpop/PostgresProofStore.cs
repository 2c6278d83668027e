using Handstamp.Server.Sessions.Dpop;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Postgres.Sessions.Dpop;

/// <summary>The primary key shows whether a proof exists; nothing is read first.</summary>
sealed class PostgresProofStore(PostgresStorage storage) : IProofStore
{
    static readonly Sql Use = new("INSERT INTO dpop_proofs (until, proof) VALUES (@until, @proof) ON CONFLICT DO NOTHING");

    static readonly Sql Sweep = new("""
        DELETE FROM dpop_proofs WHERE (until, proof) IN
          (SELECT until, proof FROM dpop_proofs WHERE until < @now ORDER BY until LIMIT @limit)
        """);

    // Not repeated: the second run would mistake the first one for a thief's use.
    public async Task<bool> TryUseAsync(UInt128 proof, DateTimeOffset until, bool atRefresh = false)
    {
        var use = Use.Call().Bind("@until", until).BindBytes("@proof", proof);
        return await storage.Database.RunAsync(Work.WriteOnce, use, atRefresh ? Lane.Refreshes : Lane.Others) == 1;
    }

    public Task<int> SweepAsync(DateTimeOffset now, int limit) =>
        storage.Database.RunAsync(Work.WriteAgain, Sweep.Call().Bind("@now", now).Bind("@limit", limit));
}

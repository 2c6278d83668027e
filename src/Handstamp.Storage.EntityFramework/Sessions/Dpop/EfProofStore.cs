using System.Buffers.Binary;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Storage.EntityFramework.Engine;
using Handstamp.Storage.EntityFramework.Rows;
using Microsoft.EntityFrameworkCore;

namespace Handstamp.Storage.EntityFramework.Sessions.Dpop;

/// <summary>The primary key shows whether a proof exists.</summary>
sealed class EfProofStore(SessionDatabase database) : IProofStore
{
    const int Length = 16;

    public Task<bool> TryUseAsync(UInt128 proof, DateTimeOffset until, bool atRefresh = false) =>
        database.RunAsync(unit => database.WriteAsync(unit, () =>
        {
            var id = IdOf(proof);
            return unit.TryAddAsync(
                new ProofRow { Proof = id, Until = until.ToUnixTimeMilliseconds() }, rows => rows.Where(row => row.Proof == id));
        }));

    public Task<int> SweepAsync(DateTimeOffset now, int limit) => database.RunAsync(async unit =>
    {
        var oldest = now.ToUnixTimeMilliseconds();
        var old = await unit.Proofs.Where(row => row.Until < oldest).OrderBy(row => row.Until).Take(limit).Select(row => row.Proof).ToListAsync();
        return old.Count == 0 ? 0 : await database.WriteAsync(unit, () =>
            unit.Proofs.Where(row => old.Contains(row.Proof)).ExecuteDeleteAsync());
    });

    static Guid IdOf(UInt128 proof)
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, proof);
        return new Guid(bytes, bigEndian: true);
    }
}

using Handstamp.Storage.EntityFramework.Rows;
using Microsoft.EntityFrameworkCore;

namespace Handstamp.Storage.EntityFramework.Engine;

/// <summary>One use of the database: a context of the app, and the services of its scope.</summary>
readonly record struct Unit(IServiceProvider Services, DbContext Context)
{
    public DbSet<SessionRow> Sessions => Context.Set<SessionRow>();
    public DbSet<KeyRow> Keys => Context.Set<KeyRow>();
    public DbSet<RingRow> Ring => Context.Set<RingRow>();
    public DbSet<RevocationRow> Revocations => Context.Set<RevocationRow>();
    public DbSet<FeedRow> Feed => Context.Set<FeedRow>();
    public DbSet<ProofRow> Proofs => Context.Set<ProofRow>();
    public DbSet<ApiRow> Apis => Context.Set<ApiRow>();
}

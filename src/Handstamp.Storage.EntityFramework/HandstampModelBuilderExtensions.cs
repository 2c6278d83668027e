using Handstamp.Storage.EntityFramework.Rows;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Adds Handstamp's tables to a model.</summary>
public static class HandstampModelBuilderExtensions
{
    const int MaxUserId = 450;
    const int MaxKeyId = 64;
    const int MaxName = 64;

    /// <summary>
    /// Adds the tables in which the sessions, the keys and the revocation feed are; their names begin with
    /// <c>Handstamp</c>. Call it in <c>OnModelCreating</c>. The tables are made by the app's own migrations, or by
    /// <c>EnsureCreated</c>. The app must not change their rows itself.
    /// </summary>
    /// <param name="model">The model of the app's context.</param>
    public static ModelBuilder UseHandstamp(this ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(model);

        AddSessions(model);
        AddKeys(model);
        AddFeed(model);
        model.Entity<ProofRow>(proof =>
        {
            proof.ToTable("HandstampProofs").HasKey(row => row.Proof);
            proof.HasIndex(row => row.Until);
        });
        model.Entity<ApiRow>(api =>
        {
            api.ToTable("HandstampApis").HasKey(row => row.Name);
            api.Property(row => row.Name).HasMaxLength(MaxName);
        });
        return model;
    }

    static void AddSessions(ModelBuilder model) => model.Entity<SessionRow>(session =>
    {
        session.ToTable("HandstampSessions").HasKey(row => row.Id);
        session.Property(row => row.Id).ValueGeneratedNever();
        session.Property(row => row.UserId).HasMaxLength(MaxUserId);
        session.Property(row => row.MacKey).HasMaxLength(MaxKeyId);
        session.HasIndex(row => row.AccountId);
    });

    static void AddKeys(ModelBuilder model)
    {
        model.Entity<KeyRow>(key =>
        {
            key.ToTable("HandstampKeys").HasKey(row => row.Id);
            key.Property(row => row.Id).HasMaxLength(MaxKeyId);
        });
        model.Entity<RingRow>(ring =>
        {
            ring.ToTable("HandstampKeyRing").HasKey(row => row.Id);
            ring.Property(row => row.Id).ValueGeneratedNever();
            ring.HasData(new RingRow());
        });
    }

    static void AddFeed(ModelBuilder model)
    {
        model.Entity<RevocationRow>(revocation =>
        {
            revocation.ToTable("HandstampRevocations").HasKey(row => row.Sequence);
            revocation.Property(row => row.Sequence).ValueGeneratedNever();
            revocation.Property(row => row.UserId).HasMaxLength(MaxUserId);
            revocation.Property(row => row.KeyId).HasMaxLength(MaxKeyId);
        });
        model.Entity<FeedRow>(feed =>
        {
            feed.ToTable("HandstampFeed").HasKey(row => row.Id);
            feed.Property(row => row.Id).ValueGeneratedNever();
            feed.HasData(new FeedRow());
        });
    }
}

using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The cost of hashes and of what takes their place.</summary>
public sealed class Argon2idTests
{
    // The cheapest that libsodium makes.
    static readonly Argon2id Cheapest = new(TestAccounts.Options());
    static readonly Argon2id Default = new(TestAccounts.Options(o => (o.Hashing.MemoryKiB, o.Hashing.Passes) = (19456, 2)));

    [Theory]
    [InlineData(0, "m=19456,t=2")]
    [InlineData(1, "m=19455,t=2")]
    [InlineData(19455, "m=9728,t=2")]
    [InlineData(19456, "m=19456,t=1")]
    [InlineData(19457, "m=19455,t=1")]
    [InlineData(38904, "m=8,t=1")]
    [InlineData(38905, null)]
    [InlineData(38912, null)]
    [InlineData(1_000_000_000_000, null)]
    public void The_rest_of_the_work_is_a_hash_of_as_few_passes_as_fit_into_the_memory(long work, string? cost)
    {
        var decoy = Default.MakeDecoyOfRest(work);

        if (cost is null) Assert.Null(decoy);
        else Assert.Matches($@"^\$argon2id\$v=19\${cost},p=1\$[A-Za-z0-9+/]{{22}}\$[A-Za-z0-9+/]{{43}}$", decoy);
    }

    [Fact]
    public void A_decoy_has_the_configured_cost()
    {
        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", Default.MakeDecoy(), StringComparison.Ordinal);
        Assert.StartsWith("$argon2id$v=19$m=8,t=1,p=1$", Cheapest.MakeDecoy(), StringComparison.Ordinal);
        Assert.Equal((19456, 8), (Default.MemoryKiB, Cheapest.MemoryKiB));
    }

    [Fact]
    public void A_hash_accepts_its_password_and_no_other()
    {
        var hash = Cheapest.Hash("a violet umbrella");

        Assert.StartsWith("$argon2id$v=19$m=8,t=1,p=1$", hash, StringComparison.Ordinal);
        Assert.True(Argon2id.Verify(hash, "a violet umbrella"));
        Assert.False(Argon2id.Verify(hash, "a violet umbrellb"));
        Assert.False(Argon2id.Verify("what some program has written", "a violet umbrella"));
    }

    [Theory]
    [InlineData("$argon2id$v=19$m=8,t=1,p=1$CUSYkYWGfn8TWJP20Z4oHA$0lQ7ufvTROJ1HsOkNf0rJ7Ff0E0wFNlK31oNXS3N4Vg", true)]
    [InlineData("$argon2id$v=19$m=9,t=1,p=1$CUSYkYWGfn8TWJP20Z4oHA$0lQ7ufvTROJ1HsOkNf0rJ7Ff0E0wFNlK31oNXS3N4Vg", false)]
    [InlineData("$argon2id$v=19$m=8,t=2,p=1$CUSYkYWGfn8TWJP20Z4oHA$0lQ7ufvTROJ1HsOkNf0rJ7Ff0E0wFNlK31oNXS3N4Vg", false)]
    [InlineData("what some program has written", false)]
    public void Only_a_hash_of_exactly_the_configured_cost_is_current(string hash, bool isCurrent) =>
        Assert.Equal(isCurrent, Cheapest.IsCurrent(hash));
}

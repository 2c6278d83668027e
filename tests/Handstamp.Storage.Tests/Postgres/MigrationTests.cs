using System.Security.Cryptography;
using System.Text;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Tests.Postgres;

public sealed class MigrationTests
{
    /// <summary>A script that has shipped is never edited: databases that ran it are out there.</summary>
    [Fact]
    public void Shipped_scripts_are_as_they_were_shipped() =>
        Assert.Equal(
        [
            "b69015e737462927f5feecefee287689173181b3037dea5a7d7489b4330796b0",
            "3a4d6621211b1749e0b2105bf05d296b33c288f8d5f3b9277d904fac61f54929",
        ], Migrations.Own.Scripts.Select(Hash));

    [Fact]
    public void Each_script_says_what_works_with_it() =>
        Assert.All(Migrations.Own.Scripts, script => Assert.StartsWith("-- works with: ", script, StringComparison.Ordinal));

    static string Hash(string script) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
}

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
            "36d0ecfdc5b715a3592de45e4b173d42f3d3bc9fd39913b524eaebac16783721",
            "b93b3ab119b1fba73fe4df31d7f4b358d561ca0f3853bda39ce14d84bbc14ff1",
        ], Migrations.Own.Scripts.Select(Hash));

    [Fact]
    public void Each_script_says_what_works_with_it() =>
        Assert.All(Migrations.Own.Scripts, script => Assert.StartsWith("-- works with: ", script, StringComparison.Ordinal));

    static string Hash(string script) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
}

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
            "bedd523c24cd35f4a11cee0f9b614b22108ab12666c4afa5c300c7d0c0bbcaae",
            "9e470f8d7a5aad43ebb155ae6382bc84fe4f511a176953e702fe721db5b5d2ae",
            "6d7d49bf95505efb89070164952cdd1d939dda78426143324c06af1300d37c4b",
            "77ab4dfd146e82b03b541fa7ad7412f9e940147d5845739ec2da7a5dda598e2f",
        ], Migrations.Own.Scripts.Select(Hash));

    [Fact]
    public void Each_script_says_what_works_with_it() =>
        Assert.All(Migrations.Own.Scripts, script => Assert.StartsWith("-- works with: ", script, StringComparison.Ordinal));

    static string Hash(string script) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
}

using System.Security.Cryptography;
using Handstamp.Server.Accounts.Hashes;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

public sealed class SaltedShaFormatTests
{
    const string Form = "A salted SHA hash must be {SSHA}, {SSHA256} or {SSHA512}, and base64 of the hash and its salt.";

    [Theory]
    [InlineData("{SSHA}", "SHA1")]
    [InlineData("{SSHA256}", "SHA256")]
    [InlineData("{SSHA512}", "SHA512")]
    public void What_follows_the_digest_is_the_salt_of_any_length(string name, string function)
    {
        foreach (var salt in (byte[][])[[7], [1, 2, 3, 4], new byte[32]])
        {
            var digest = CryptographicOperations.HashData(new HashAlgorithmName(function), [.. "my password"u8, .. salt]);
            var text = Convert.ToBase64String([.. digest, .. salt]);

            foreach (var written in (string[])[text, text.TrimEnd('=')])
            {
                var stored = HashFormats.Read(name + written)!;
                Assert.True(stored.Verify("my password"u8));
                Assert.False(stored.Verify("my passwore"u8));
                // With padding, however it was written: it is what Argon2id hashes when the hash is wrapped.
                Assert.Equal(name + text, stored.Fast!.Text);
                Assert.Equal(name + text, stored.Fast.Compute("my password"u8));
                Assert.Equal(name + Convert.ToBase64String([.. new byte[digest.Length], .. salt]), stored.Fast.Form);
                Assert.Equal(default(HashCost), stored.Cost);
            }
        }
    }

    [Theory]
    [InlineData("{SSHA}", 20, false)]
    [InlineData("{SSHA}", 21, true)]
    [InlineData("{SSHA}", 150, true)]
    [InlineData("{SSHA}", 151, false)]
    [InlineData("{SSHA256}", 32, false)]
    [InlineData("{SSHA256}", 33, true)]
    [InlineData("{SSHA512}", 64, false)]
    [InlineData("{SSHA512}", 65, true)]
    [InlineData("{SSHA384}", 65, false)]
    [InlineData("{SSHA1}", 65, false)]
    [InlineData("{SSHA", 65, false)]
    public void There_is_a_salt_and_the_function_is_known(string name, int length, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault(name + Convert.ToBase64String(new byte[length])));

    [Theory]
    [InlineData(28, "", true)]
    [InlineData(29, "", false)]
    [InlineData(30, "==", true)]
    [InlineData(30, "===", false)]
    [InlineData(27, "!", false)]
    public void The_rest_is_base64(int length, string end, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault("{SSHA}" + new string('A', length) + end));
}

using Handstamp.Bearer.Verification;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Bearer.Tests.Verification;

public sealed class RememberedTokensTests
{
    static readonly VerifiedToken Token = new(new AccessToken
    {
        Issuer = "https://auth.example.com",
        Subject = "account-1",
        Audience = ["api"],
        IssuedAt = DateTimeOffset.UnixEpoch,
        ExpiresAt = DateTimeOffset.UnixEpoch.AddMinutes(10),
        TokenId = "token-1",
        ClientId = "web",
    }, "key-1");

    static TokenDigest Digest(int number) => new((ulong)number, 0, 0, 0);

    [Fact]
    public void What_is_remembered_is_bounded()
    {
        var remembered = new RememberedTokens(100);
        for (var i = 0; i < 10_000; i++)
        {
            remembered.Add(Digest(i), Token);
            Assert.InRange(remembered.Count, 1, 100);
        }
    }

    [Fact]
    public void Callers_at_the_same_time_do_not_lift_the_bound()
    {
        var remembered = new RememberedTokens(100);
        Parallel.For(0, 100_000, i => remembered.Add(Digest(i), Token));
        Assert.InRange(remembered.Count, 1, 100 + (2 * Environment.ProcessorCount));
    }

    [Fact]
    public void What_is_asked_for_stays_and_what_is_not_goes()
    {
        var remembered = new RememberedTokens(100);
        remembered.Add(Digest(-1), Token);
        remembered.Add(Digest(-2), Token);
        for (var i = 0; i < 1000; i++)
        {
            remembered.Add(Digest(i), Token);
            Assert.Same(Token, remembered.Find(Digest(-1)));
        }

        Assert.Null(remembered.Find(Digest(-2)));
    }

    [Fact]
    public void The_digest_is_of_the_whole_token()
    {
        Assert.True(TokenDigest.TryCompute("abc", out var digest));
        Assert.True(TokenDigest.TryCompute("abc", out var same));
        Assert.True(TokenDigest.TryCompute("abd", out var other));
        Assert.Equal(digest, same);
        Assert.NotEqual(digest, other);
        // FIPS 180-4's example: ba7816bf 8f01cfea …
        Assert.Equal(0xeacf018fbf1678baUL, digest.A);
    }

    [Theory]
    [InlineData("tökén")]
    [InlineData(null)]
    public void What_can_not_be_a_token_has_no_digest(string? text) =>
        Assert.False(TokenDigest.TryCompute(text ?? new string('a', 8193), out _));

    [Fact]
    public void Looking_up_a_token_allocates_nothing()
    {
        var (remembered, token) = (new RememberedTokens(100), new string('a', 800));
        Assert.True(TokenDigest.TryCompute(token, out var digest));
        remembered.Add(digest, Token);
        LookUp(remembered, token);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            LookUp(remembered, token);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    static void LookUp(RememberedTokens remembered, string token)
    {
        if (!TokenDigest.TryCompute(token, out var digest) || remembered.Find(digest) is null)
            Assert.Fail("The token is not remembered.");
    }
}

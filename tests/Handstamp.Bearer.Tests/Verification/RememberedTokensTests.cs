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

    static string Text(int number) => $"header.claims.{number}";

    [Fact]
    public void What_is_remembered_is_bounded()
    {
        var remembered = new RememberedTokens(100);
        for (var i = 0; i < 10_000; i++)
        {
            remembered.Add(Text(i), Token);
            Assert.InRange(remembered.Count, 1, 100);
        }
    }

    [Fact]
    public void Callers_at_the_same_time_do_not_lift_the_bound()
    {
        var remembered = new RememberedTokens(100);
        Parallel.For(0, 100_000, i => remembered.Add(Text(i), Token));
        Assert.InRange(remembered.Count, 1, 100 + (2 * Environment.ProcessorCount));
    }

    [Fact]
    public void What_is_asked_for_stays_and_what_is_not_goes()
    {
        var remembered = new RememberedTokens(100);
        remembered.Add(Text(-1), Token);
        remembered.Add(Text(-2), Token);
        for (var i = 0; i < 1000; i++)
        {
            remembered.Add(Text(i), Token);
            Assert.Same(Token, remembered.Find(Text(-1)));
        }

        Assert.Null(remembered.Find(Text(-2)));
    }

    [Fact]
    public void A_token_is_found_by_all_of_it_and_not_by_its_signature_alone()
    {
        var remembered = new RememberedTokens(100);
        var signature = new string('s', 86);
        remembered.Add("header.claims." + signature, Token);
        Assert.Same(Token, remembered.Find("header.claims." + signature));
        Assert.Null(remembered.Find("header.Claims." + signature));
        Assert.Null(remembered.Find(signature));
        Assert.Null(remembered.Find(""));
    }

    [Fact]
    public void Looking_up_a_token_allocates_nothing()
    {
        var (remembered, token) = (new RememberedTokens(100), new string('a', 800));
        remembered.Add(token, Token);
        LookUp(remembered, token);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            LookUp(remembered, token);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    static void LookUp(RememberedTokens remembered, string token)
    {
        if (remembered.Find(token) is null)
            Assert.Fail("The token is not remembered.");
    }
}

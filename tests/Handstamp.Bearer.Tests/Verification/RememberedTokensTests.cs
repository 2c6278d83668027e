using Handstamp.Bearer.Verification;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Bearer.Tests.Verification;

[Collection<Alone>]
public sealed class RememberedTokensTests
{
    static readonly AccessToken Claims = new()
    {
        Issuer = "https://auth.example.com",
        Subject = "account-1",
        Audience = ["api"],
        IssuedAt = DateTimeOffset.UnixEpoch,
        ExpiresAt = DateTimeOffset.UnixEpoch.AddMinutes(10),
        TokenId = "token-1",
        ClientId = "web",
    };

    static readonly VerifiedToken Token = new(Claims, "key-1");

    static string Text(int number) => $"header.claims.{number}";

    // As often as needed to be remembered.
    static void Remember(RememberedTokens remembered, string text, VerifiedToken token)
    {
        remembered.Note(text, token);
        remembered.Note(text, token);
    }

    [Fact]
    public void A_token_is_remembered_the_second_time_it_is_seen_and_not_the_first()
    {
        var remembered = new RememberedTokens(100);

        remembered.Note(Text(1), Token);
        Assert.Null(remembered.Find(Text(1)));
        remembered.Note(Text(1), Token);

        Assert.Same(Token, remembered.Find(Text(1)));
    }

    [Fact]
    public void Tokens_that_are_sent_once_are_not_kept_and_displace_no_repeated_ones()
    {
        var remembered = new RememberedTokens(100);
        Remember(remembered, Text(-1), Token);
        for (var i = 0; i < 100_000; i++)
            remembered.Note(Text(i), Token);

        // Two tokens may have the same hash.
        Assert.InRange(remembered.Count, 1, 3);
        Assert.Same(Token, remembered.Find(Text(-1)));
    }

    [Fact]
    public void The_number_of_remembered_tokens_is_limited()
    {
        var remembered = new RememberedTokens(100);
        for (var i = 0; i < 10_000; i++)
        {
            Remember(remembered, Text(i), Token);
            Assert.InRange(remembered.Count, 1, 100);
        }
    }

    [Fact]
    public void A_large_token_counts_as_several()
    {
        var large = new VerifiedToken(Claims with { Roles = [new string('r', 2000)] }, "key-1");
        var text = $"header.{new string('c', 2700)}.";
        var remembered = new RememberedTokens(100);
        for (var i = 0; i < 1000; i++)
        {
            Remember(remembered, text + i, large);
            Assert.InRange(remembered.Count, 1, 100 / 3);
        }
    }

    [Fact]
    public void Remembered_tokens_take_no_more_memory_than_their_number_allows()
    {
        const int Number = 20_000;
        var remembered = new RememberedTokens(2 * Number);
        var before = HeldBytes();
        for (var i = 0; i < Number - 1; i++)
            Remember(remembered, $"{new string('h', 120)}.{new string('c', 500)}.{i:d86}", new(Ordinary(), "key-1"));
        var taken = HeldBytes() - before;

        Assert.Equal(Number - 1, remembered.Count);
        Assert.InRange(taken, 0, (long)Number * VerifiedToken.UnitSize);
    }

    // The heap is compacted, because other tests have left gaps, and GetTotalMemory counts them.
    static long HeldBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var heap = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return heap.HeapSizeBytes - heap.FragmentedBytes;
    }

    // As a service issues it; each text is a separate string.
    static AccessToken Ordinary() => Claims with
    {
        Issuer = new string("https://auth.example.com"),
        Subject = Guid.NewGuid().ToString(),
        Audience = [new string("https://auth.example.com")],
        TokenId = Guid.NewGuid().ToString("N")[..22],
        ClientId = new string("first-party"),
        SessionId = Guid.NewGuid(),
        Roles = [new string("admin")],
        AuthenticationMethods = [new string("pwd")],
        AuthenticationContext = new string("1"),
        AuthenticatedAt = DateTimeOffset.UnixEpoch,
    };

    [Fact]
    public void Concurrent_callers_do_not_exceed_the_limit()
    {
        var remembered = new RememberedTokens(100);
        Parallel.For(0, 100_000, i => Remember(remembered, Text(i), Token));
        Assert.InRange(remembered.Count, 1, 100 + (2 * Environment.ProcessorCount));
    }

    [Fact]
    public void Tokens_in_use_stay_and_unused_ones_are_removed()
    {
        var remembered = new RememberedTokens(100);
        Remember(remembered, Text(-1), Token);
        Remember(remembered, Text(-2), Token);
        for (var i = 0; i < 1000; i++)
        {
            Remember(remembered, Text(i), Token);
            Assert.Same(Token, remembered.Find(Text(-1)));
        }

        Assert.Null(remembered.Find(Text(-2)));
    }

    [Fact]
    public void A_token_is_found_by_its_whole_text_and_not_by_its_signature_alone()
    {
        var remembered = new RememberedTokens(100);
        var signature = new string('s', 86);
        Remember(remembered, "header.claims." + signature, Token);
        Assert.Same(Token, remembered.Find("header.claims." + signature));
        Assert.Null(remembered.Find("header.Claims." + signature));
        Assert.Null(remembered.Find("header.clai\u016Ds." + signature));
        Assert.Null(remembered.Find(signature));
        Assert.Null(remembered.Find(""));
    }

    [Fact]
    public void Looking_up_a_token_allocates_nothing()
    {
        var (remembered, token) = (new RememberedTokens(100), new string('a', 800));
        Remember(remembered, token, Token);
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

using System.Text;
using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Server.Tests.Sessions.Feed;

/// <summary>The frames of the feed: signed once for all followers, and never sent with a key that is revoked.</summary>
public sealed class SignedEventsTests : IAsyncLifetime
{
    // So many frames are kept.
    const int Kept = 1024;

    HandstampApp _app = null!;

    SignedEvents Events => _app.Get<SignedEvents>();

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task An_event_is_signed_once_until_the_keys_change()
    {
        var first = Message(1);
        Assert.Same(first, Message(1));
        Assert.NotSame(first, Message(2));

        var keys = _app.Get<KeyRingService>();
        Assert.True(await keys.RevokeAsync(keys.Ring.SigningKey(_app.Clock.GetUtcNow()).KeyId, default));

        var second = Message(1);
        Assert.NotEqual(first, second);
        Assert.Same(second, Message(1));
    }

    [Fact]
    public void No_more_than_a_page_of_events_is_kept()
    {
        var frames = Enumerable.Range(0, Kept - 1).Select(Message).ToList();
        Assert.Same(frames[0], Message(0));

        Message(Kept);

        Assert.NotSame(frames[0], Message(0));
    }

    [Fact]
    public void The_subject_is_the_one_of_the_sessions_access_tokens()
    {
        var account = Guid.CreateVersion7(_app.Clock.GetUtcNow());

        Assert.Equal("pairwise", SubjectOf(Ended(1) with { AccountId = account, Subject = "pairwise" }));
        Assert.Equal(account.ToString(), SubjectOf(Ended(2) with { AccountId = account }));
        Assert.Null(SubjectOf(Ended(3)));
    }

    byte[] Message(int sequence) => Message(Ended(sequence));

    byte[] Message(Revocation revocation) => Events.ToMessage(new FeedPosition(1, revocation.Sequence), revocation, _app.Clock.GetUtcNow());

    Revocation Ended(int sequence) => new()
    {
        Sequence = sequence,
        At = _app.Clock.GetUtcNow(),
        Reason = EndReason.Logout,
        SessionId = Guid.Empty,
    };

    string? SubjectOf(Revocation revocation)
    {
        var jwt = Encoding.UTF8.GetString(Message(revocation)).Split('\n').Single(line => line.StartsWith("data: ", StringComparison.Ordinal))[6..];
        var verified = Assert.IsType<SecurityEventOutcome.Verified>(
            SecurityEventVerifier.Verify(jwt, _app.Get<KeyRingService>().Ring.PublicKeys, HandstampApp.Issuer));
        return Assert.IsType<RevokedSession>(verified.Event.Subject).Subject;
    }
}

using Handstamp.Bearer.Feed;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Bearer.Tests.Feed;

public sealed class RevokedSessionsTests
{
    static readonly TimeSpan Memory = TimeSpan.FromMinutes(61);
    static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    readonly FakeTimeProvider _time = new();
    readonly RevokedSessions _revoked;

    public RevokedSessionsTests() => _revoked = new RevokedSessions(_time);

    DateTimeOffset Now => _time.GetUtcNow();

    Guid Revoke(bool isReplaced = false, DateTimeOffset? at = null)
    {
        var session = Guid.NewGuid();
        _revoked.Add(session, at ?? Now, isReplaced);
        return session;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_revoked_session_is_known_and_whether_another_replaced_it(bool isReplaced)
    {
        var session = Revoke(isReplaced);

        Assert.True(_revoked.Contains(session));
        Assert.Equal(isReplaced, _revoked.IsReplaced(session));
        Assert.False(_revoked.Contains(Guid.NewGuid()));
        Assert.False(_revoked.IsReplaced(Guid.NewGuid()));
    }

    [Fact]
    public void A_session_is_forgotten_when_none_of_its_tokens_can_be_alive()
    {
        var session = Revoke();

        _time.Advance(Memory - Tick);
        Revoke();
        Assert.True(_revoked.Contains(session));
        _time.Advance(TimeSpan.FromMinutes(1));
        Revoke();

        Assert.False(_revoked.Contains(session));
        Assert.Equal(2, _revoked.Count);
    }

    [Fact]
    public void Forgetting_waits_for_the_next_full_minute()
    {
        Revoke();
        var session = Revoke(at: Now - Memory + TimeSpan.FromMinutes(1));

        _time.Advance(TimeSpan.FromMinutes(1) - Tick);
        Revoke();
        Assert.True(_revoked.Contains(session));
        _time.Advance(Tick);
        Revoke();

        Assert.False(_revoked.Contains(session));
    }

    [Fact]
    public void A_session_that_ended_long_ago_is_not_remembered()
    {
        Assert.True(_revoked.Contains(Revoke(at: Now - Memory + Tick)));
        Assert.False(_revoked.Contains(Revoke(at: Now - Memory)));
    }

    [Fact]
    public void A_key_ends_the_sessions_whose_tokens_it_made_until_a_minute_later()
    {
        Assert.False(_revoked.HasEndedWith("mac-1", Now));

        _revoked.Add("mac-1", Now);

        Assert.True(_revoked.HasEndedWith("mac-1", Now.AddMinutes(1)));
        Assert.False(_revoked.HasEndedWith("mac-1", Now.AddMinutes(1) + Tick));
        Assert.False(_revoked.HasEndedWith("mac-2", Now));
    }

    [Fact]
    public void The_latest_revocation_of_a_name_counts()
    {
        _revoked.Add("mac-1", Now);
        _revoked.Add("mac-1", Now.AddMinutes(-10));
        Assert.True(_revoked.HasEndedWith("mac-1", Now.AddMinutes(1)));

        _revoked.Add("mac-1", Now.AddMinutes(10));

        Assert.True(_revoked.HasEndedWith("mac-1", Now.AddMinutes(11)));
    }

    [Fact]
    public void A_key_is_forgotten_when_none_of_its_tokens_can_be_alive()
    {
        var at = Now;
        _revoked.Add("mac-1", at);

        _time.Advance(Memory - Tick);
        _revoked.Add("mac-2", Now);
        Assert.True(_revoked.HasEndedWith("mac-1", at));
        _time.Advance(Tick);
        _revoked.Add("mac-3", Now);

        Assert.False(_revoked.HasEndedWith("mac-1", at));
        Assert.True(_revoked.HasEndedWith("mac-2", at));
    }

    [Fact]
    public void A_key_that_was_revoked_long_ago_is_not_remembered()
    {
        _revoked.Add("mac-1", Now - Memory);
        Assert.False(_revoked.HasEndedWith("mac-1", Now - Memory));

        _revoked.Add("mac-2", Now - Memory + Tick);

        Assert.True(_revoked.HasEndedWith("mac-2", Now - Memory));
    }
}

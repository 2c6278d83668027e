using System.Buffers.Text;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Keys;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>How long a ticket is valid, and how long its text may be.</summary>
public sealed class CeremonyTicketBoundsTests : PasskeyTests
{
    CeremonyTickets Tickets => App.Get<CeremonyTickets>();

    [Fact]
    public void It_is_valid_until_the_last_millisecond_of_five_minutes()
    {
        var text = Tickets.Seal(CeremonyKind.Login, "state");

        App.Jump(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.Equal("state", Tickets.Open(CeremonyKind.Login, text)?.State);

        App.Jump(TimeSpan.FromMilliseconds(1));
        Assert.Null(Tickets.Open(CeremonyKind.Login, text));
    }

    [Fact]
    public void Its_text_has_at_most_2048_characters()
    {
        var longest = Tickets.Seal(CeremonyKind.Login, new string('s', 1495));
        var longer = Tickets.Seal(CeremonyKind.Login, new string('s', 1496));

        Assert.Equal((2048, 2050), (longest.Length, longer.Length));
        Assert.Equal(new string('s', 1495), Tickets.Open(CeremonyKind.Login, longest)?.State);
        Assert.Null(Tickets.Open(CeremonyKind.Login, longer));
    }

    [Fact]
    public void Its_state_may_be_empty() =>
        Assert.Equal("", Tickets.Open(CeremonyKind.SecondFactor, Tickets.Seal(CeremonyKind.SecondFactor, ""))?.State);

    [Fact]
    public void What_is_missing_or_not_base64url_is_none()
    {
        var text = Tickets.Seal(CeremonyKind.Login, "state");

        foreach (var none in new[] { null, "", text[..^1] + "!", text[..^1] + "+", "!" + text, text + "!" })
            Assert.Null(Tickets.Open(CeremonyKind.Login, none));
    }

    [Fact]
    public void It_is_remembered_by_a_fingerprint_of_its_own()
    {
        var first = Tickets.Seal(CeremonyKind.Login, "state");
        var other = Tickets.Seal(CeremonyKind.SecondFactor, "state");
        App.Jump(TimeSpan.FromMilliseconds(1));
        var later = Tickets.Seal(CeremonyKind.Login, "state");

        var fingerprint = Tickets.Open(CeremonyKind.Login, first)!.Fingerprint;

        Assert.Equal(fingerprint, Tickets.Open(CeremonyKind.Login, first)!.Fingerprint);
        Assert.NotEqual(fingerprint, Tickets.Open(CeremonyKind.SecondFactor, other)!.Fingerprint);
        Assert.NotEqual(fingerprint, Tickets.Open(CeremonyKind.Login, later)!.Fingerprint);
    }

    [Fact]
    public async Task One_that_the_key_before_has_made_is_still_valid()
    {
        var before = Tickets.Seal(CeremonyKind.Login, "before");

        Assert.True(await App.Get<KeyRingService>().RotateAsync(KeyPurpose.Mac, App.Clock.GetUtcNow(), default));
        var after = Tickets.Seal(CeremonyKind.Login, "after");

        Assert.NotEqual(Base64Url.DecodeFromChars(before)[0], Base64Url.DecodeFromChars(after)[0]);
        Assert.Equal("before", Tickets.Open(CeremonyKind.Login, before)?.State);
        Assert.Equal("after", Tickets.Open(CeremonyKind.Login, after)?.State);
    }
}

using Handstamp.Server.Keys;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

/// <summary>
/// Which key is announced, if any. If the service chose the wrong key, it would make no successor, or bring the wrong
/// key forward.
/// </summary>
public sealed class AnnouncedKeyTests
{
    static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly StoredKey Current = Key("current", from: -1);
    static readonly StoredKey Next = Key("next", from: 1);

    static StoredKey Key(string id, int from, KeyPurpose purpose = KeyPurpose.Sign) => new()
    {
        Id = id,
        Purpose = purpose,
        Algorithm = "ES256",
        Sealed = [],
        CreatedAt = Now.AddDays(-9),
        ActiveFrom = Now.AddDays(from),
        ActiveUntil = Now.AddDays(from + 90),
        ExpiresAt = Now.AddDays(from + 100),
    };

    [Fact]
    public void A_key_that_begins_later_is_announced() => Assert.Equal("next", Announced(Current, Next));

    [Fact]
    public void A_key_of_another_purpose_is_not_announced()
    {
        Assert.Null(Announced(Current, Key("mac-2", from: 1, KeyPurpose.Mac)));
        Assert.Equal("next", Announced(Current, Key("mac-2", from: 1, KeyPurpose.Mac), Next));
    }

    [Fact]
    public void A_revoked_key_is_not_announced() => Assert.Null(Announced(Current, Next with { RevokedAt = Now }));

    [Fact]
    public void A_retired_key_is_not_announced() => Assert.Null(Announced(Current, Key("retired", from: -90)));

    [Fact]
    public void A_key_that_begins_now_is_no_longer_announced() =>
        Assert.Null(Announced(Current, Next with { ActiveFrom = Now }));

    // The clock was set back: the key signs, because there is no other.
    [Fact]
    public void A_key_that_signs_before_its_time_is_not_announced() => Assert.Null(Announced(Next));

    static string? Announced(params StoredKey[] keys) => KeyRules.Announced(keys, KeyPurpose.Sign, Now)?.Id;
}

using Handstamp.Server.Keys;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

public sealed class KeyRulesTests
{
    static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly KeyOptions Options = new();

    static StoredKey Key(string id, DateTimeOffset from, KeyPurpose purpose = KeyPurpose.Sign) => KeyRules.Lasting(
        new StoredKey
        {
            Id = id,
            Purpose = purpose,
            Algorithm = "ES256",
            Sealed = [],
            CreatedAt = from,
            ActiveFrom = from,
            ActiveUntil = from,
            ExpiresAt = from,
        },
        from, Options);

    static DateTimeOffset Day(double days) => Start.AddDays(days);

    [Fact]
    public void An_empty_ring_needs_a_key_now() =>
        Assert.Equal(Start, KeyRules.NextStart([], KeyPurpose.Sign, Start, Options));

    [Fact]
    public void A_successor_is_announced_one_day_before_it_takes_over()
    {
        StoredKey[] ring = [Key("a", Start)];
        Assert.Null(KeyRules.NextStart(ring, KeyPurpose.Sign, Day(88.9), Options));
        Assert.Equal(Day(90), KeyRules.NextStart(ring, KeyPurpose.Sign, Day(89), Options));
        Assert.Null(KeyRules.NextStart([.. ring, Key("b", Day(90))], KeyPurpose.Sign, Day(89), Options));
    }

    [Fact]
    public void A_service_that_was_down_past_the_end_makes_a_key_at_once_and_signs_with_the_old_one_until_then()
    {
        StoredKey[] ring = [Key("a", Start)];
        Assert.Equal("a", KeyRules.Current(ring, KeyPurpose.Sign, Day(100))?.Id);
        Assert.Equal(Day(100), KeyRules.NextStart(ring, KeyPurpose.Sign, Day(100), Options));
    }

    [Fact]
    public void A_key_is_announced_then_current_then_retired()
    {
        StoredKey[] ring = [Key("a", Start), Key("b", Day(90))];
        Assert.Equal(KeyState.Announced, KeyRules.StateOf(ring[1], ring, Day(89)));
        Assert.Equal(KeyState.Current, KeyRules.StateOf(ring[0], ring, Day(89)));
        Assert.Equal(KeyState.Current, KeyRules.StateOf(ring[1], ring, Day(90)));
        Assert.Equal(KeyState.Retired, KeyRules.StateOf(ring[0], ring, Day(90)));
    }

    [Fact]
    public void A_signing_key_stays_until_its_last_token_has_expired_and_a_mac_key_until_its_last_session_has()
    {
        Assert.True(Key("a", Start).ExpiresAt >= Day(90) + KeyRules.LongestAccessToken);
        Assert.True(Key("mac-1", Start, KeyPurpose.Mac).ExpiresAt >= Day(90) + KeyRules.LongestSession);
    }

    [Fact]
    public void A_mac_key_lives_long_enough_that_one_byte_ids_never_run_out()
    {
        var hourly = new KeyOptions { SigningLifetime = TimeSpan.FromHours(1), Announcement = TimeSpan.Zero };
        var key = KeyRules.Lasting(Key("mac-1", Start, KeyPurpose.Mac), Start, hourly);
        Assert.True((key.ExpiresAt - key.ActiveFrom) / (key.ActiveUntil - key.ActiveFrom) < 128);
    }

    [Fact]
    public void A_revoked_key_is_never_current()
    {
        StoredKey[] ring = [Key("a", Start) with { RevokedAt = Day(1) }];
        Assert.Null(KeyRules.Current(ring, KeyPurpose.Sign, Day(2)));
        Assert.Equal(KeyState.Revoked, KeyRules.StateOf(ring[0], ring, Day(2)));
        Assert.Equal(Day(2), KeyRules.NextStart(ring, KeyPurpose.Sign, Day(2), Options));
    }

    [Fact]
    public void There_is_a_key_to_sign_with_after_a_clock_is_set_back() =>
        Assert.Equal("a", KeyRules.Current([Key("a", Start)], KeyPurpose.Sign, Day(-1))?.Id);

    [Fact]
    public void Signing_keys_and_mac_keys_do_not_replace_each_other() =>
        Assert.Null(KeyRules.Current([Key("a", Start)], KeyPurpose.Mac, Start));

    [Fact]
    public void An_operator_rotates_MAC_keys_as_long_as_ids_are_left_for_emergencies()
    {
        Assert.True(KeyRules.MayRotate(MacKeys(239), KeyPurpose.Mac, Start));
        Assert.False(KeyRules.MayRotate(MacKeys(240), KeyPurpose.Mac, Start));
        Assert.True(KeyRules.MayRotate(MacKeys(240), KeyPurpose.Sign, Start));
        // The next key exists already.
        Assert.True(KeyRules.MayRotate([.. MacKeys(240), Key("mac-250", Day(1), KeyPurpose.Mac)], KeyPurpose.Mac, Start));
    }

    [Fact]
    public void The_only_live_MAC_key_can_be_revoked_as_long_as_an_id_is_left_for_its_successor()
    {
        StoredKey[] full = [.. MacKeys(255).Select(key => key with { RevokedAt = Start }), Key("mac-255", Start, KeyPurpose.Mac)];

        Assert.False(KeyRules.MayRevoke(full, "mac-255"));
        Assert.True(KeyRules.MayRevoke(full[1..], "mac-255"));
        Assert.True(KeyRules.MayRevoke([full[0] with { RevokedAt = null }, .. full[1..]], "mac-255"));
        Assert.True(KeyRules.MayRevoke([.. full, Key("a", Start)], "a"));
    }

    [Fact]
    public void A_key_that_the_ring_does_not_have_needs_no_successor() => Assert.True(KeyRules.MayRevoke(MacKeys(256), "mac-256"));

    [Fact]
    public void The_first_MAC_key_to_expire_frees_its_id()
    {
        StoredKey[] ring = [Key("a", Start.AddDays(-30)), Key("mac-1", Day(1), KeyPurpose.Mac), Key("mac-2", Start, KeyPurpose.Mac)];

        Assert.Equal(ring[2].ExpiresAt, KeyRules.NextFreeMacId(ring));
    }

    [Fact]
    public void A_seal_is_replaced_when_every_node_seals_under_its_successor()
    {
        StoredKey[] ring = [Key("a", Start), Key("seal-1", Start, KeyPurpose.Seal), Key("seal-2", Day(1), KeyPurpose.Seal), Key("seal-3", Day(9), KeyPurpose.Seal)];

        Assert.Empty(KeyRules.ReplacedSeals(ring, Day(1) + KeyRules.Spread - TimeSpan.FromTicks(1)));
        Assert.Equal(["seal-1"], KeyRules.ReplacedSeals(ring, Day(1) + KeyRules.Spread).Select(key => key.Id));
        Assert.Empty(KeyRules.ReplacedSeals(ring[..1], Day(1)));
    }

    static IReadOnlyList<StoredKey> MacKeys(int count) =>
        [.. Enumerable.Range(0, count).Select(id => Key($"mac-{id}", Start, KeyPurpose.Mac))];
}

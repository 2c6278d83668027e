using System.Net;
using Handstamp.Server.Audit;
using Xunit;

namespace Handstamp.Server.Tests.Audit;

public sealed class EventKindTests
{
    /// <summary>The numbers and names are in databases, and in programs that read them.</summary>
    [Fact]
    public void The_numbers_and_names_of_the_kinds_do_not_change() => Assert.Equal(
        [
            (1, "session.begun"), (2, "session.ended"), (3, "session.renamed"), (4, "session.sharing_suspected"), (5, "session.late_retry"),
            (10, "login.refused"), (11, "login.throttled"), (12, "registration.refused"), (13, "registration.throttled"),
            (14, "password.refused"), (15, "password.throttled"), (16, "api.refused"),
            (20, "account.added"), (21, "account.password_changed"), (22, "account.disabled"), (23, "account.enabled"),
            (24, "account.deleted"), (25, "account.roles_changed"), (26, "account.claims_changed"),
            (27, "account.password_reset"), (28, "account.email_verified"), (29, "account.email_changed"),
            (30, "account.email_change_undone"), (31, "mail.retried"),
            (40, "key.created"), (41, "key.rotated"), (42, "key.revoked"), (43, "key.deleted"), (44, "key.rewrapped"),
            (45, "factor.added"), (46, "factor.removed"), (47, "factor.recovery_code_used"), (48, "factor.recovery_codes_renewed"),
            (49, "factor.reset"),
            (50, "api.added"), (51, "api.removed"),
            (52, "passkey.added"), (53, "passkey.renamed"), (54, "passkey.removed"), (55, "passkey.clone_suspected"),
            (60, "external.login_added"), (61, "external.login_removed"),
            (65, "invitation.added"), (66, "invitation.withdrawn"), (67, "account.terms_accepted"),
            (70, "session.reauthenticated"),
            (71, "account.deletion_requested"), (72, "account.deletion_cancelled"), (73, "account.profile_changed"), (74, "account.exported"),
            (75, "account.username_changed"),
            (90, "passwords.sealed"),
        ],
        EventKinds.All.Select(kind => ((int)kind, kind.Name())));

    [Fact]
    public void A_kind_is_found_by_its_name_and_by_its_group()
    {
        Assert.Equal([EventKind.LoginRefused], EventKinds.Find("login.refused"));
        Assert.Equal([EventKind.LoginRefused, EventKind.LoginThrottled], EventKinds.Find("login"));
        Assert.Empty(EventKinds.Find("log"));
        Assert.Empty(EventKinds.Find("login."));
        Assert.Empty(EventKinds.Find(""));
    }

    [Fact]
    public void A_kind_of_a_later_version_is_shown_by_its_number() => Assert.Equal("99", ((EventKind)99).Name());

    [Fact]
    public void Ids_sort_by_time_and_within_a_millisecond_in_the_order_of_creation()
    {
        var now = new DateTimeOffset(2026, 11, 28, 10, 0, 0, TimeSpan.Zero);
        Guid[] ids = [.. Enumerable.Range(0, 10_000).Select(_ => EventId.At(now)), EventId.At(now.AddMilliseconds(1))];

        Assert.Equal(ids.Order(), ids);
        Assert.All(ids, id => Assert.Equal((7, 0x8), (id.Version, id.Variant & 0xc)));
        Assert.True(EventId.From(now) < ids[0] && ids[^2] < EventId.From(now.AddMilliseconds(1)));
    }

    [Theory]
    [InlineData("192.0.2.77", "192.0.2.0")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    public void Refusals_are_grouped_by_an_IPv4_24_or_an_IPv6_64(string address, string network) =>
        Assert.Equal(network, IPAddress.Parse(address).AuditNetwork().ToString());

    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "abc")]
    [InlineData("ab📱", 3, "ab")]
    [InlineData("ab📱", 4, "ab📱")]
    [InlineData("a\0b", 3, "a\uFFFDb")]
    public void A_text_is_cut_between_characters_and_has_no_character_that_a_database_refuses(string text, int most, string kept) =>
        Assert.Equal(kept, text.Shortened(most));

    [Fact]
    public void Half_a_character_is_replaced() => Assert.Equal("a\uFFFDb", "a\ud83db".Shortened(10));
}

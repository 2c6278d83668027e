using System.Buffers;
using System.Text;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Http;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Terms;

public sealed class ServiceTermsTests
{
    const string Version = "2026-01";
    const string Url = "https://example.com/terms";

    static readonly DateTimeOffset Now = TestAccounts.Now;

    [Theory]
    [InlineData(null)]
    [InlineData(Version)]
    public void Without_terms_there_is_nothing_to_accept(string? accepted)
    {
        var terms = Terms(null, null);

        Assert.Null(terms.Version);
        Assert.Null(terms.Fault(accepted));
        Assert.Null(terms.AcceptedAt(Now));
        Assert.False(terms.AreDue(TestAccounts.Account()));
        Assert.False(terms.AreDue(Accepted(Version)));
    }

    [Fact]
    public void Who_accepts_the_version_that_is_in_force_has_accepted_it_then()
    {
        var terms = Terms(Version, Url);

        Assert.Equal((Version, Url), (terms.Version, terms.Settings.Url));
        Assert.Null(terms.Fault(Version));
        Assert.Equal(new AcceptedTerms(Version, Now), terms.AcceptedAt(Now));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2025-12")]
    [InlineData("2026-01 ")]
    public void Any_other_version_is_not_accepted(string? accepted) =>
        Assert.Equal(Problems.TermsNotAccepted, Terms(Version, Url).Fault(accepted)?.Problem);

    [Theory]
    [InlineData(null, """{"terms":{"version":"2026-01","url":"https://example.com/terms"}}""")]
    [InlineData(
        "https://example.com/privacy",
        """{"terms":{"version":"2026-01","url":"https://example.com/terms","privacy_url":"https://example.com/privacy"}}""")]
    public void The_refusal_says_what_to_accept_and_where_it_can_be_read(string? privacy, string members)
    {
        var refusal = Terms(Version, Url, privacy).Fault(null)!;

        var written = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(written))
        {
            json.WriteStartObject();
            refusal.Members!(json);
            json.WriteEndObject();
        }

        Assert.Equal(members, Encoding.UTF8.GetString(written.WrittenSpan));
    }

    [Fact]
    public void An_account_is_asked_until_it_has_accepted_the_version_that_is_in_force()
    {
        var terms = Terms(Version, Url);

        Assert.True(terms.AreDue(TestAccounts.Account()));
        Assert.True(terms.AreDue(Accepted("2025-12")));
        Assert.False(terms.AreDue(Accepted(Version)));
    }

    static Account Accepted(string version) => TestAccounts.Account() with { Terms = new AcceptedTerms(version, Now) };

    static ServiceTerms Terms(string? version, string? url, string? privacy = null) =>
        new(TestAccounts.Options(options => options.Terms = new() { Version = version, Url = url, PrivacyUrl = privacy }));
}

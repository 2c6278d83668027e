using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Tests.Accounts.Emails;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Terms;

/// <summary>How the owner of an account accepts a version, and which settings there can be.</summary>
public sealed class TermsOperationsTests
{
    const string Version = "2026-01";
    const string Url = "https://example.com/terms";
    const string Alone = "Accounts:Terms:PrivacyUrl is only shown beside the terms; set Accounts:Terms:Version and Accounts:Terms:Url too.";

    static readonly Origin By = MailCalls.Person;

    [Fact]
    public async Task Without_terms_nothing_can_be_accepted()
    {
        await using var app = await HandstampApp.StartAsync();
        var account = await app.AddAccountAsync(HandstampApp.Email);

        var refused = (await app.Get<TermsOperations>().AcceptAsync(account.Id, Version, By))!;

        Assert.Equal((Problems.InvalidRequest, "This service has no terms to accept."), (refused.Problem, refused.Detail));
        Assert.Null((await FindAsync(app, account))!.Terms);
    }

    [Fact]
    public async Task An_acceptance_is_stored_and_recorded_once_with_its_time()
    {
        await using var app = await StartAsync();
        var account = await app.AddAccountAsync(HandstampApp.Email);
        var at = app.Clock.GetUtcNow();

        Assert.Null(await app.Get<TermsOperations>().AcceptAsync(account.Id, Version, By));
        app.Jump(TimeSpan.FromMinutes(1));
        Assert.Null(await app.Get<TermsOperations>().AcceptAsync(account.Id, Version, By));

        Assert.Equal(new AcceptedTerms(Version, at), (await FindAsync(app, account))!.Terms);
        var accepted = Assert.Single(await app.EventsAsync(EventKind.AccountTermsAccepted));
        Assert.Equal((account.Id, Version, null, at), (accepted.AccountId, accepted.Detail, accepted.Outcome, accepted.At));
        Assert.Equal((ActorKind.Person, By.Address, By.UserAgent), (accepted.By.Actor.Kind, accepted.By.Address, accepted.By.UserAgent));
        Assert.Single(app.Logs.Of(6500), line => line.Contains("account.terms_accepted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_version_is_not_accepted_and_nothing_is_recorded()
    {
        await using var app = await StartAsync();
        var account = await app.AddAccountAsync(HandstampApp.Email);

        Assert.Equal(Problems.TermsNotAccepted, (await app.Get<TermsOperations>().AcceptAsync(account.Id, "2025-12", By))?.Problem);

        Assert.Null((await FindAsync(app, account))!.Terms);
        Assert.Empty(await app.EventsAsync(EventKind.AccountTermsAccepted));
    }

    [Fact]
    public async Task For_an_account_that_is_gone_nothing_is_recorded()
    {
        await using var app = await StartAsync();

        Assert.Null(await app.Get<TermsOperations>().AcceptAsync(Guid.CreateVersion7(), Version, By));

        Assert.Empty(await app.EventsAsync(EventKind.AccountTermsAccepted));
        Assert.DoesNotContain(app.Logs.Of(6500), line => line.Contains("account.terms_accepted", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, null, null, null)]
    [InlineData(Version, Url, null, null)]
    [InlineData(Version, Url, "https://example.com/privacy", null)]
    [InlineData(Version, "http://localhost:8080/terms", "http://127.0.0.1/privacy", null)]
    [InlineData(null, null, "https://example.com/privacy", Alone)]
    [InlineData(Version, Url, "http://example.com/privacy", "Accounts:Terms:PrivacyUrl is 'http://example.com/privacy'; it has to be an https address.")]
    [InlineData(Version, "ftp://localhost/terms", null, "Accounts:Terms:Url is 'ftp://localhost/terms'; it has to be an https address.")]
    [InlineData(Version, "/terms", null, "Accounts:Terms:Url is '/terms'; it has to be an https address.")]
    public void The_terms_have_a_version_and_an_address(string? version, string? url, string? privacy, string? fault)
    {
        var options = new AccountOptions { Terms = new() { Version = version, Url = url, PrivacyUrl = privacy } };

        Assert.Equal(fault, new AccountOptionsValidator().Validate(null, options).FailureMessage);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("V2.1-b_3", true)]
    [InlineData("", false)]
    [InlineData("1,0", false)]
    [InlineData("é", false)]
    public void A_version_has_letters_digits_and_some_signs(string text, bool isOne) => Assert.Equal(isOne, AccountTermsOptions.IsVersion(text));

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_version_has_64_characters_at_most(int length, bool isOne) => Assert.Equal(isOne, AccountTermsOptions.IsVersion(new string('1', length)));

    static Task<HandstampApp> StartAsync() => HandstampApp.StartAsync(new() { ["Accounts:Terms:Version"] = Version, ["Accounts:Terms:Url"] = Url });

    static Task<Account?> FindAsync(HandstampApp app, Account account) => app.Get<IAccountStore>().FindAsync(account.Id, default);
}

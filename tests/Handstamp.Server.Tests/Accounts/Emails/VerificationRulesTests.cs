using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>What a verification refuses, and what it records.</summary>
public sealed class VerificationRulesTests
{
    const string Email = HandstampApp.Email;
    const string Canonical = "ADA@EXAMPLE.COM";
    const string Hash = "$argon2id$hash";

    static readonly Origin By = MailCalls.Person;

    [Theory]
    [InlineData("link", -1, true)]
    [InlineData("link", 0, false)]
    [InlineData("code", -1, true)]
    [InlineData("code", 0, false)]
    public async Task A_mail_verifies_for_an_hour(string by, int milliseconds, bool isValid)
    {
        await using var email = await EmailApp.StartAsync();
        await email.App.AddAccountAsync(Email);
        var mail = await MakeAsync(email);

        email.App.Jump(TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(isValid ? null : "email_token_invalid", by == "link" ? await VerifyAsync(email, mail.Token()) : await VerifyAsync(email, Email, mail.Code!));
        Assert.Equal(isValid, (await email.AccountAsync())!.IsEmailVerified);
    }

    [Theory]
    [InlineData("link")]
    [InlineData("code")]
    public async Task A_verification_is_recorded_and_ends_both_halves_of_the_mail(string by)
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync(Email);
        var mail = await MakeAsync(email);
        email.App.Jump(TimeSpan.FromMinutes(1));

        Assert.Null(by == "link" ? await VerifyAsync(email, mail.Token()) : await VerifyAsync(email, "Ada@Example.com", mail.Code!));

        var verified = Assert.Single(await email.App.EventsAsync(EventKind.AccountEmailVerified));
        Assert.Equal((account.Id, null, email.App.Clock.GetUtcNow()), (verified.AccountId, verified.Outcome, verified.At));
        Assert.Equal((ActorKind.Person, By.Address, By.UserAgent), (verified.By.Actor.Kind, verified.By.Address, verified.By.UserAgent));
        // The owner has set what is there, and it stays.
        Assert.Equal(account.SecurityStamp, (await email.AccountAsync())!.SecurityStamp);
        Assert.Equal("email_token_invalid", await VerifyAsync(email, mail.Token()));
        Assert.Equal("email_token_invalid", await VerifyAsync(email, Email, mail.Code!));
    }

    [Fact]
    public async Task A_mail_verifies_although_the_password_was_changed_since()
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync(Email);
        var mail = await MakeAsync(email);
        await email.App.Get<AccountOperations>().SetPasswordAsync(account, HandstampApp.Password, HashingQueue.Operator, default);

        Assert.Null(await VerifyAsync(email, mail.Token()));

        Assert.True((await email.AccountAsync())!.IsEmailVerified);
        Assert.NotNull((await email.AccountAsync())!.PasswordHash);
    }

    [Theory]
    [InlineData("link")]
    [InlineData("code")]
    public async Task What_is_not_valid_is_recorded_without_an_account(string by)
    {
        await using var email = await EmailApp.StartAsync();
        await email.App.AddAccountAsync(Email);

        Assert.Equal("email_token_invalid", by == "link" ? await VerifyAsync(email, "hss_nothing") : await VerifyAsync(email, Email, "000000"));

        Assert.Equal((EventKind.RegistrationRefused, "email_token_invalid", null, MailCalls.Network), await email.App.RefusalAsync());
    }

    [Fact]
    public async Task A_disabled_account_verifies_nothing_and_the_attempt_names_it()
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync(Email);
        var mail = await MakeAsync(email);
        await email.App.Get<AccountOperations>().DisableAsync(account);

        Assert.Equal("email_token_invalid", await VerifyAsync(email, mail.Token()));

        Assert.Equal((EventKind.RegistrationRefused, "email_token_invalid", account.Id, MailCalls.Network), await email.App.RefusalAsync());
        Assert.False((await email.AccountAsync())!.IsEmailVerified);
    }

    [Fact]
    public async Task A_link_of_another_version_verifies_nothing()
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync(Email);
        var content = new SecretContent(account.Id, "{}"u8.ToArray(), email.App.Clock.GetUtcNow().AddMinutes(1));
        var link = await email.App.Get<SingleUseSecrets>().MakeAsync(MailSecrets.Verification.Link, content);

        Assert.Equal("email_token_invalid", await VerifyAsync(email, link.Reveal()));

        Assert.Equal((EventKind.RegistrationRefused, "email_token_invalid", null, MailCalls.Network), await email.App.RefusalAsync());
    }

    [Theory]
    [InlineData("ada", "000000", "This is not a valid e-mail address.", "email")]
    [InlineData(Email, "12345", "A code has six digits.", "code")]
    public async Task What_cannot_be_right_is_refused_in_a_sentence_and_not_recorded(string address, string code, string sentence, string field)
    {
        await using var email = await EmailApp.StartAsync();

        var refused = (await email.App.Get<VerificationOperations>().VerifyAsync(address, code, By, default))!;

        Assert.Equal((Problems.InvalidRequest, sentence, field), (refused.Problem, refused.Detail, refused.Field));
        Assert.Empty(await email.App.RefusalsAsync());
    }

    [Fact]
    public async Task Too_many_requests_are_recorded()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Throttle:AddressMails", "1"));
        var verification = email.App.Get<VerificationOperations>();
        Assert.True(verification.IsOn);
        Assert.Null(await verification.RequestAsync(Email, By, default));

        var refused = (await verification.RequestAsync(Email, By, default))!;

        Assert.Equal((Problems.TooManyRequests, TimeSpan.FromHours(1)), (refused.Problem, refused.RetryAfter));
        Assert.Equal((EventKind.RegistrationThrottled, "too_many_requests", null, MailCalls.Network), await email.App.RefusalAsync());
    }

    [Fact]
    public async Task Too_many_codes_are_recorded()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Throttle:NetworkFree", "1"));
        await VerifyAsync(email, Email, "000000");

        Assert.Equal("too_many_requests", await VerifyAsync(email, Email, "000000"));

        Assert.Contains(await email.App.RefusalsAsync(), one => one is { Kind: EventKind.RegistrationThrottled, Outcome: "too_many_requests", AccountId: null });
    }

    [Fact]
    public async Task A_request_that_cannot_be_met_at_all_is_not_recorded()
    {
        await using var email = await EmailApp.StartAsync();
        await using var app = await HandstampApp.StartAsync();

        Assert.Equal(Problems.InvalidRequest, (await email.App.Get<VerificationOperations>().RequestAsync("ada", By, default))?.Problem);
        Assert.Equal(Problems.MailNotConfigured, (await app.Get<VerificationOperations>().RequestAsync(Email, By, default))?.Problem);

        Assert.False(app.Get<VerificationOperations>().IsOn);
        Assert.Empty(await email.App.RefusalsAsync());
        Assert.Empty(await app.RefusalsAsync());
    }

    [Fact]
    public async Task A_registration_that_has_waited_becomes_an_account_as_it_was_made()
    {
        await using var email = await EmailApp.StartAsync();
        var terms = new AcceptedTerms("2026-01", email.App.Clock.GetUtcNow());
        await KeepAsync(email, "Ada@Example.com", "stamp", terms);
        var mail = await MakeAsync(email);
        email.App.Jump(TimeSpan.FromMinutes(1));

        Assert.Null(await VerifyAsync(email, mail.Token()));

        var (account, now) = ((await email.AccountAsync())!, email.App.Clock.GetUtcNow());
        Assert.Equal([Identifier.OfEmail("Ada@Example.com") with { VerifiedAt = now }], account.Identifiers);
        Assert.Equal((Hash, "stamp", terms, now), (account.PasswordHash, account.SecurityStamp, account.Terms, account.CreatedAt));
        Assert.Empty(account.Claims.Roles);
        var added = Assert.Single(await email.App.EventsAsync(EventKind.AccountAdded));
        Assert.Equal((account.Id, null, null, now), (added.AccountId, added.Outcome, added.Detail, added.At));
        Assert.Equal((ActorKind.Person, By.Address, By.UserAgent), (added.By.Actor.Kind, added.By.Address, added.By.UserAgent));
        Assert.Null(await email.App.Get<PendingRegistrations>().FindAsync(PendingRegistrations.IdOf(Canonical), default));
        Assert.Equal("email_token_invalid", await VerifyAsync(email, mail.Token()));
    }

    [Theory]
    [InlineData("replaced")]
    [InlineData("forgotten")]
    [InlineData("taken")]
    public async Task A_registration_that_is_not_as_it_was_adds_no_account(string what)
    {
        await using var email = await EmailApp.StartAsync();
        await KeepAsync(email, Email, "stamp");
        var mail = await MakeAsync(email);
        var pending = email.App.Get<PendingRegistrations>();
        switch (what)
        {
            case "replaced": await KeepAsync(email, Email, "another"); break;
            case "forgotten": await pending.ForgetAsync(PendingRegistrations.IdOf(Canonical)); break;
            case "taken": await email.App.AddAccountAsync(Email); break;
        }

        Assert.Equal("email_token_invalid", await VerifyAsync(email, mail.Token()));

        Assert.Equal((EventKind.RegistrationRefused, "email_token_invalid", null, MailCalls.Network), await email.App.RefusalAsync());
        Assert.Equal(what == "taken" ? false : (bool?)null, (await email.AccountAsync())?.IsEmailVerified);
        Assert.Equal(what != "forgotten", await pending.FindAsync(PendingRegistrations.IdOf(Canonical), default) is not null);
    }

    [Fact]
    public async Task A_registration_whose_hash_cannot_be_opened_adds_no_account()
    {
        await using var email = await EmailApp.StartAsync(("Keys:MasterKey", SealingService.NewMasterKey()), ("Keys:SealPasswords", "true"));
        var hash = email.App.Get<PasswordSeal>().Seal(Hash, Guid.CreateVersion7());
        await email.App.Get<PendingRegistrations>().KeepAsync(new PendingRegistration { Email = Email, PasswordHash = hash, SecurityStamp = "stamp" });

        Assert.Equal("email_token_invalid", await VerifyAsync(email, (await MakeAsync(email)).Token()));

        Assert.Null(await email.AccountAsync());
    }

    static Task KeepAsync(EmailApp email, string address, string stamp, AcceptedTerms? terms = null) => email.App.Get<PendingRegistrations>().KeepAsync(
        new PendingRegistration { Email = address, PasswordHash = Hash, SecurityStamp = stamp, Terms = terms });

    static async Task<OutgoingMail> MakeAsync(EmailApp email) => (await email.App.MakeAsync(MailRequest.For(MailKind.AddressVerification, Canonical, By)))!;

    /// <summary>The code of the refusal; null if there is none.</summary>
    static async Task<string?> VerifyAsync(EmailApp email, string token) =>
        (await email.App.Get<VerificationOperations>().VerifyAsync(token, By, default))?.Problem.Code;

    static async Task<string?> VerifyAsync(EmailApp email, string address, string code) =>
        (await email.App.Get<VerificationOperations>().VerifyAsync(address, code, By, default))?.Problem.Code;
}

using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>What the replacement of a password refuses, and what it records.</summary>
public sealed class RecoveryRulesTests
{
    const string Email = HandstampApp.Email;
    const string NewPassword = "another quite unusual sentence";

    static readonly Origin By = MailCalls.Person;

    [Theory]
    [InlineData(nameof(MailKind.PasswordReset), 30, -1, true)]
    [InlineData(nameof(MailKind.PasswordReset), 30, 0, false)]
    [InlineData(nameof(MailKind.RegistrationExists), 30, -1, true)]
    [InlineData(nameof(MailKind.NewDevice), 3 * 24 * 60, -1, true)]
    [InlineData(nameof(MailKind.NewDevice), 3 * 24 * 60, 0, false)]
    public async Task A_link_sets_a_password_for_its_life(string kind, int minutes, int milliseconds, bool isValid)
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync(Email);
        var token = (await email.App.MakeAsync(MailRequest.For(Enum.Parse<MailKind>(kind), account.Id, By)))!.Token();

        email.App.Jump(TimeSpan.FromMinutes(minutes) + TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(isValid ? null : "reset_token_invalid", await ResetAsync(email, token));
        Assert.Equal(isValid, (await email.AccountAsync())!.PasswordHash is not null);
    }

    [Fact]
    public async Task A_new_password_is_recorded_told_and_proves_the_address()
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync(Email);
        var token = await MakeAsync(email, account);
        email.App.Jump(TimeSpan.FromMinutes(1));

        Assert.Null(await ResetAsync(email, token));

        var reset = Assert.Single(await email.App.EventsAsync(EventKind.AccountPasswordReset));
        Assert.Equal((account.Id, null, null, email.App.Clock.GetUtcNow()), (reset.AccountId, reset.Outcome, reset.Detail, reset.At));
        Assert.Equal((ActorKind.Person, By.Address, By.UserAgent), (reset.By.Actor.Kind, reset.By.Address, reset.By.UserAgent));
        Assert.Equal(email.App.Clock.GetUtcNow(), (await email.AccountAsync())!.Identifiers[0].VerifiedAt);
        Assert.NotEqual(account.SecurityStamp, (await email.AccountAsync())!.SecurityStamp);
        // In the language of the person.
        Assert.Equal("Ihr Passwort für Handstamp wurde geändert", (await email.MailAsync()).Subject);
        Assert.Empty(await email.App.RefusalsAsync());
    }

    [Fact]
    public async Task The_address_that_got_the_mail_is_the_one_that_is_proved()
    {
        await using var email = await EmailApp.StartAsync();
        await email.App.AddAccountAsync(Identifier.OfEmail("a@example.com"), Identifier.OfEmail("b@example.com"));
        var mail = await email.App.MakeAsync(MailRequest.For(MailKind.PasswordReset, "B@EXAMPLE.COM", By));

        Assert.Null(await ResetAsync(email, mail!.Token()));

        Assert.Equal(
            [("a@example.com", false), ("b@example.com", true)],
            (await email.AccountAsync("a@example.com"))!.Identifiers.Select(one => (one.Value, one.VerifiedAt is not null)));
    }

    [Theory]
    [InlineData("nothing", false)]
    [InlineData("of another version", false)]
    [InlineData("deleted", false)]
    [InlineData("changed", false)]
    [InlineData("disabled", true)]
    public async Task A_link_that_is_not_valid_is_recorded(string what, bool isNamed)
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync(Email);
        var token = await MakeAsync(email, account);
        var operations = email.App.Get<AccountOperations>();
        switch (what)
        {
            case "nothing": token = "hss_nothing"; break;
            case "of another version":
                var content = new SecretContent(account.Id, "{}"u8.ToArray(), email.App.Clock.GetUtcNow().AddMinutes(1));
                token = (await email.App.Get<SingleUseSecrets>().MakeAsync(ResetSecrets.Requested, content)).Reveal();
                break;
            case "deleted": await operations.DeleteAsync(account); break;
            case "changed": await operations.SetPasswordAsync(account, HandstampApp.Password, HashingQueue.Operator, default); break;
            case "disabled": await operations.DisableAsync(account); break;
        }

        Assert.Equal("reset_token_invalid", await ResetAsync(email, token));

        Assert.Equal((EventKind.PasswordRefused, "reset_token_invalid", isNamed ? account.Id : (Guid?)null, MailCalls.Network), await email.App.RefusalAsync());
        Assert.Empty(await email.App.EventsAsync(EventKind.AccountPasswordReset));
    }

    [Fact]
    public async Task The_link_of_an_address_that_the_account_no_longer_has_is_not_valid()
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync(Email);
        var token = await MakeAsync(email, account);
        var change = MailRequest.For(MailKind.AddressChangeConfirm, account.Id, By) with { To = "new@example.com", SecurityStamp = account.SecurityStamp };
        Assert.Null(await email.App.Get<EmailChangeOperations>().ConfirmAsync((await email.App.MakeAsync(change))!.Token(), By, default));

        Assert.Equal("reset_token_invalid", await ResetAsync(email, token));

        Assert.Equal((EventKind.PasswordRefused, "reset_token_invalid", account.Id, MailCalls.Network), await email.App.RefusalAsync());
    }

    [Theory]
    [InlineData("short", "too_short", "A password must have at least 8 characters.")]
    [InlineData("ada@example.com1", "guessable", "The password is little more than the e-mail address or the service's name.")]
    public async Task A_password_that_may_not_be_chosen_is_refused_in_a_sentence_and_not_recorded(string password, string rule, string sentence)
    {
        await using var email = await EmailApp.StartAsync();
        var token = await MakeAsync(email, await email.App.AddAccountAsync(Email));

        var refused = (await email.App.Get<RecoveryOperations>().ResetAsync(token, password, By, default))!;

        Assert.Equal((Problems.PasswordTooWeak, sentence, rule), (refused.Problem, refused.Detail, refused.Rule));
        Assert.Empty(await email.App.RefusalsAsync());
    }

    [Fact]
    public async Task Without_a_place_for_its_hash_a_password_is_not_set_and_the_link_stays()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Hashing:QueueLimit", "1"));
        var account = await email.App.AddAccountAsync(Email);
        var token = await MakeAsync(email, account);
        var taken = email.App.Get<HashingQueue>().TryEnter(IPAddress.Loopback)!;

        var refused = (await email.App.Get<RecoveryOperations>().ResetAsync(token, NewPassword, By, default))!;

        Assert.Equal((Problems.ServerBusy, TimeSpan.FromSeconds(1)), (refused.Problem, refused.RetryAfter));
        Assert.Equal((EventKind.PasswordThrottled, "server_busy", account.Id, MailCalls.Network), await email.App.RefusalAsync());
        taken.Dispose();
        Assert.Null(await ResetAsync(email, token));
    }

    [Fact]
    public async Task Too_many_requests_are_recorded()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Throttle:AddressMails", "1"));
        var recovery = email.App.Get<RecoveryOperations>();
        Assert.True(recovery.IsOn);
        Assert.Null(await recovery.RequestAsync(Email, By, default));

        var refused = (await recovery.RequestAsync(Email, By, default))!;

        Assert.Equal((Problems.TooManyRequests, TimeSpan.FromHours(1)), (refused.Problem, refused.RetryAfter));
        Assert.Equal((EventKind.PasswordThrottled, "too_many_requests", null, MailCalls.Network), await email.App.RefusalAsync());
    }

    [Fact]
    public async Task A_request_that_cannot_be_met_at_all_is_not_recorded()
    {
        await using var email = await EmailApp.StartAsync();
        await using var app = await HandstampApp.StartAsync();

        var invalid = (await email.App.Get<RecoveryOperations>().RequestAsync("ada", By, default))!;
        var off = (await app.Get<RecoveryOperations>().RequestAsync(Email, By, default))!;

        Assert.Equal((Problems.InvalidRequest, "This is not a valid e-mail address.", "email"), (invalid.Problem, invalid.Detail, invalid.Field));
        Assert.Equal(Problems.MailNotConfigured, off.Problem);
        Assert.False(app.Get<RecoveryOperations>().IsOn);
        Assert.Empty(await email.App.RefusalsAsync());
        Assert.Empty(await app.RefusalsAsync());
    }

    static async Task<string> MakeAsync(EmailApp email, Account account) =>
        (await email.App.MakeAsync(MailRequest.For(MailKind.PasswordReset, account.Id, By)))!.Token();

    /// <summary>The code of the refusal; null if there is none.</summary>
    static async Task<string?> ResetAsync(EmailApp email, string token) =>
        (await email.App.Get<RecoveryOperations>().ResetAsync(token, NewPassword, By, default))?.Problem.Code;
}

using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>How a change of address is confirmed and taken back, and what is recorded of it.</summary>
public sealed class EmailConfirmationTests
{
    const string Old = "Ada@Example.com";
    const string New = "Ada.New@example.com";

    static readonly Origin By = MailCalls.Person;

    [Theory]
    [InlineData("link", -1, true)]
    [InlineData("link", 0, false)]
    [InlineData("code", -1, true)]
    [InlineData("code", 0, false)]
    public async Task A_change_is_confirmed_within_an_hour(string by, int milliseconds, bool isValid)
    {
        await using var email = await EmailApp.StartAsync();
        var mail = await ChangeAsync(email, await email.App.AddAccountAsync(Old));

        email.App.Jump(TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(isValid ? null : "email_token_invalid", by == "link" ? await ConfirmAsync(email, mail.Token()) : await ConfirmAsync(email, mail.Code!, null));
        Assert.Equal(isValid, await email.AccountAsync(New) is not null);
    }

    [Fact]
    public async Task A_change_is_recorded_and_told_to_the_former_address_in_the_language_of_the_person()
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync(Old);
        var mail = await ChangeAsync(email, account);
        email.App.Jump(TimeSpan.FromMinutes(1));

        Assert.Null(await ConfirmAsync(email, mail.Token()));

        var changed = Assert.Single(await email.App.EventsAsync(EventKind.AccountEmailChanged));
        Assert.Equal((account.Id, null, null, email.App.Clock.GetUtcNow()), (changed.AccountId, changed.Outcome, changed.Detail, changed.At));
        Assert.Equal((ActorKind.Person, By.Address, By.UserAgent), (changed.By.Actor.Kind, changed.By.Address, changed.By.UserAgent));
        Assert.Equal([Identifier.OfEmail(New) with { VerifiedAt = email.App.Clock.GetUtcNow() }], (await email.AccountAsync(New))!.Identifiers);
        Assert.Equal("Die E-Mail-Adresse Ihres Kontos bei Handstamp wurde geändert", (await email.MailAsync(to: Old)).Subject);
        Assert.Empty(await email.App.RefusalsAsync());
    }

    [Fact]
    public async Task A_former_address_that_was_verified_is_told_although_another_one_was_too()
    {
        await using var email = await EmailApp.StartAsync();
        var now = email.App.Clock.GetUtcNow();
        var account = await email.App.AddAccountAsync(
            Identifier.OfEmail(Old) with { VerifiedAt = now }, Identifier.OfEmail("own@example.com") with { VerifiedAt = now });

        Assert.Null(await ConfirmAsync(email, (await ChangeAsync(email, account)).Token()));

        Assert.NotNull(await email.MailAsync(to: Old));
    }

    [Fact]
    public async Task The_code_is_for_the_person_who_has_requested_it_or_for_nobody_in_particular()
    {
        await using var email = await EmailApp.StartAsync();
        var (account, other) = (await email.App.AddAccountAsync(Old), await email.App.AddAccountAsync("bob@example.com"));
        var mail = await ChangeAsync(email, account);

        Assert.Equal("email_token_invalid", await ConfirmAsync(email, mail.Code!, other.Id));
        Assert.Equal((EventKind.PasswordRefused, "email_token_invalid", account.Id, MailCalls.Network), await email.App.RefusalAsync());
        Assert.Null(await ConfirmAsync(email, mail.Code!, account.Id));
        Assert.Null(await ConfirmAsync(email, (await ChangeAsync(email, (await email.AccountAsync(New))!, "ada.new@example.com")).Code!, null));
    }

    [Theory]
    [InlineData("link")]
    [InlineData("code")]
    public async Task What_is_not_valid_is_recorded_without_an_account(string by)
    {
        await using var email = await EmailApp.StartAsync();
        await email.App.AddAccountAsync(Old);

        Assert.Equal("email_token_invalid", by == "link" ? await ConfirmAsync(email, "hss_nothing") : await ConfirmAsync(email, "000000", null));

        Assert.Equal((EventKind.PasswordRefused, "email_token_invalid", null, MailCalls.Network), await email.App.RefusalAsync());
    }

    [Fact]
    public async Task Too_many_codes_are_recorded()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Throttle:NetworkFree", "1"));
        await ConfirmAsync(email, "000000", null);

        Assert.Equal("too_many_requests", await ConfirmAsync(email, "000000", null));

        Assert.Contains(await email.App.RefusalsAsync(), one => one is { Kind: EventKind.PasswordThrottled, Outcome: "too_many_requests", AccountId: null });
    }

    [Theory]
    [InlineData("ada", "000000", "This is not a valid e-mail address.", "email")]
    [InlineData(New, "12345", "A code has six digits.", "code")]
    public async Task What_cannot_be_right_is_refused_in_a_sentence_and_not_recorded(string address, string code, string sentence, string field)
    {
        await using var email = await EmailApp.StartAsync();

        var refused = (await email.App.Get<EmailChangeOperations>().ConfirmAsync(address, code, caller: null, By, default))!;

        Assert.Equal((Problems.InvalidRequest, sentence, field), (refused.Problem, refused.Detail, refused.Field));
        Assert.Empty(await email.App.RefusalsAsync());
    }

    [Theory]
    [InlineData("disabled", "email_token_invalid")]
    [InlineData("changed", "email_token_invalid")]
    [InlineData("of another address", "email_token_invalid")]
    [InlineData("without an address", "email_token_invalid")]
    [InlineData("taken", "account_exists")]
    public async Task A_change_that_is_no_longer_possible_is_recorded_with_its_account(string what, string problem)
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync(Old);
        var token = (await ChangeAsync(email, account)).Token();
        var operations = email.App.Get<AccountOperations>();
        switch (what)
        {
            case "disabled": await operations.DisableAsync(account); break;
            case "changed": await operations.SetPasswordAsync(account, HandstampApp.Password, HashingQueue.Operator, default); break;
            case "of another address": token = await LinkAsync(email, account, new MailGrant("BOB@EXAMPLE.COM", account.SecurityStamp, New)); break;
            case "without an address": token = await LinkAsync(email, account, new MailGrant("ADA@EXAMPLE.COM", account.SecurityStamp)); break;
            case "taken": await email.App.AddAccountAsync(New); break;
        }

        Assert.Equal(problem, await ConfirmAsync(email, token));

        Assert.Equal((EventKind.PasswordRefused, problem, account.Id, MailCalls.Network), await email.App.RefusalAsync());
        Assert.Empty(await email.App.EventsAsync(EventKind.AccountEmailChanged));
        Assert.NotNull(await email.AccountAsync(Old));
    }

    [Fact]
    public async Task The_second_of_two_changes_ends_with_the_first()
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync(Old);
        var (first, second) = (await ChangeAsync(email, account), await ChangeAsync(email, account, "other@example.com"));

        Assert.Null(await ConfirmAsync(email, first.Token()));

        Assert.Equal("email_token_invalid", await ConfirmAsync(email, second.Token()));
        Assert.Null(await email.AccountAsync("other@example.com"));
    }

    [Fact]
    public async Task What_takes_a_change_back_is_recorded()
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync("now@example.com");
        var token = await UndoLinkAsync(email, account);
        email.App.Jump(TimeSpan.FromMinutes(1));

        Assert.Null(await email.App.Get<EmailChangeOperations>().UndoAsync(token, By));

        var undone = Assert.Single(await email.App.EventsAsync(EventKind.AccountEmailChangeUndone));
        Assert.Equal((account.Id, null, null, email.App.Clock.GetUtcNow()), (undone.AccountId, undone.Outcome, undone.Detail, undone.At));
        Assert.Equal((ActorKind.Person, By.Address, By.UserAgent), (undone.By.Actor.Kind, undone.By.Address, undone.By.UserAgent));
        Assert.Equal([Identifier.OfEmail(Old) with { VerifiedAt = email.App.Clock.GetUtcNow() }], (await email.AccountAsync(Old))!.Identifiers);
        Assert.Null(await email.AccountAsync("now@example.com"));
        Assert.Empty(await email.App.RefusalsAsync());
    }

    [Fact]
    public async Task An_address_that_somebody_else_has_proved_meanwhile_does_not_come_back()
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync("now@example.com");
        var token = await UndoLinkAsync(email, account);
        await email.App.AddAccountAsync(Identifier.OfEmail(Old) with { VerifiedAt = email.App.Clock.GetUtcNow() });

        Assert.Equal(Problems.EmailTokenInvalid, (await email.App.Get<EmailChangeOperations>().UndoAsync(token, By))?.Problem);

        Assert.Equal((EventKind.PasswordRefused, "email_token_invalid", account.Id, MailCalls.Network), await email.App.RefusalAsync());
        Assert.NotNull(await email.AccountAsync("now@example.com"));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("of another version")]
    [InlineData("without an address")]
    public async Task A_link_that_takes_nothing_back_is_recorded_without_an_account(string what)
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync("now@example.com");
        var expiry = email.App.Clock.GetUtcNow().AddHours(1);
        var token = what switch
        {
            "of another version" => await MakeAsync(email, MailSecrets.Undo, new SecretContent(account.Id, "{}"u8.ToArray(), expiry)),
            "without an address" => await MakeAsync(email, MailSecrets.Undo, MailSecrets.Content(account.Id, new MailGrant("ADA@EXAMPLE.COM", "stamp"), expiry)),
            _ => "hss_nothing",
        };

        Assert.Equal(Problems.EmailTokenInvalid, (await email.App.Get<EmailChangeOperations>().UndoAsync(token, By))?.Problem);

        Assert.Equal((EventKind.PasswordRefused, "email_token_invalid", null, MailCalls.Network), await email.App.RefusalAsync());
        Assert.NotNull(await email.AccountAsync("now@example.com"));
    }

    static async Task<OutgoingMail> ChangeAsync(EmailApp email, Account account, string to = New) =>
        (await email.App.MakeAsync(MailRequest.For(MailKind.AddressChangeConfirm, account.Id, By) with { To = to, SecurityStamp = account.SecurityStamp }))!;

    static async Task<string> UndoLinkAsync(EmailApp email, Account account) =>
        (await email.App.MakeAsync(MailRequest.For(MailKind.AddressChanged, account.Id, By) with { To = Old }))!.Token();

    static Task<string> LinkAsync(EmailApp email, Account account, MailGrant grant) =>
        MakeAsync(email, MailSecrets.Change.Link, MailSecrets.Content(account.Id, grant, email.App.Clock.GetUtcNow().AddHours(1)));

    static async Task<string> MakeAsync(EmailApp email, SecretPurpose purpose, SecretContent content) =>
        (await email.App.Get<SingleUseSecrets>().MakeAsync(purpose, content)).Reveal();

    /// <summary>The code of the refusal; null if there is none.</summary>
    static async Task<string?> ConfirmAsync(EmailApp email, string token) =>
        (await email.App.Get<EmailChangeOperations>().ConfirmAsync(token, By, default))?.Problem.Code;

    static async Task<string?> ConfirmAsync(EmailApp email, string code, Guid? caller) =>
        (await email.App.Get<EmailChangeOperations>().ConfirmAsync(New, code, caller, By, default))?.Problem.Code;
}

using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Audit;
using Handstamp.Server.Tests.Mail;
using Handstamp.Server.Tests.SignIn;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>Password hashes that are encrypted, and what the loss of the key costs.</summary>
public sealed class SealedPasswordTests : SealingService
{
    [Fact]
    public async Task A_new_password_is_stored_sealed_and_logs_in()
    {
        await using var app = await StartAsync();

        var session = await app.RegisterAndLoginAsync();
        using var change = await app.PostAsync(
            "/password/change", new { current_password = HandstampApp.Password, new_password = "another quite unusual sentence" }, session.AccessToken);

        Assert.Equal(HttpStatusCode.OK, change.StatusCode);
        Assert.StartsWith(Sealed, await HashAsync(app), StringComparison.Ordinal);
        await app.LoginAsync(password: "another quite unusual sentence");
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(app));
    }

    [Fact]
    public async Task The_next_login_seals_a_hash_or_unseals_it()
    {
        await using (var before = await StartAsync(isOn: false))
        {
            await before.RegisterAsync();
            Assert.StartsWith("$argon2id$", await HashAsync(before), StringComparison.Ordinal);
        }
        await using (var on = await StartAsync())
        {
            await on.LoginAsync();
            Assert.StartsWith(Sealed, await HashAsync(on), StringComparison.Ordinal);
        }
        await using var off = await StartAsync(isOn: false);
        await off.LoginAsync();
        Assert.StartsWith("$argon2id$", await HashAsync(off), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_hashes_are_sealed_at_once_and_unsealed_again()
    {
        await using (var before = await StartAsync(isOn: false))
        {
            await before.RegisterAsync();
            await before.RegisterAsync(Other);
        }
        await using (var on = await StartAsync())
        {
            Assert.Equal((2, 0), await SealAllAsync(on));
            Assert.Equal((0, 0), await SealAllAsync(on));
            var done = Assert.Single(await EventsAsync(on, EventKind.PasswordsSealed));
            Assert.Equal(("sealed", "2", ActorKind.Operator), (done.Outcome, done.Detail, done.By.Actor.Kind));
            Assert.StartsWith(Sealed, await HashAsync(on, Other), StringComparison.Ordinal);
            await on.LoginAsync(Other);
        }
        await using var off = await StartAsync(isOn: false);
        Assert.Equal((2, 0), await SealAllAsync(off));
        await off.LoginAsync(Other);
    }

    [Fact]
    public async Task A_hash_that_was_copied_to_another_account_opens_nothing()
    {
        await using var app = await StartAsync();
        await app.RegisterAsync();
        await app.RegisterAsync(Other, "another quite unusual sentence");
        var other = await AccountAsync(app, Other);

        Assert.True(await app.Get<IAccountStore>().TryRehashAsync(other.Id, other.PasswordHash!, await HashAsync(app)));

        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(app, Other));
        Assert.Contains(app.Logs.Lines, line => line.Contains($"The sealed password hash of account {other.Id} cannot be opened", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AAAA")]
    [InlineData("AAAA$AAAA")]
    [InlineData("%%%")]
    [InlineData("")]
    public async Task A_damaged_seal_is_a_wrong_password(string damaged)
    {
        await using var app = await StartAsync();
        await app.RegisterAsync();
        var account = await AccountAsync(app);

        Assert.True(await app.Get<IAccountStore>().TryRehashAsync(account.Id, account.PasswordHash!, PasswordSeal.PrefixOf(KeyOf(app)) + damaged));

        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(app));
    }

    [Fact]
    public async Task A_registration_that_waits_is_sealed_and_becomes_an_account()
    {
        await using var app = await StartAsync(("Accounts:Verification", "required"));
        await app.RegisterAsync();
        var mail = (await Mails.ReadAsync(HandstampApp.Email))[0];
        await using (var files = new FileStream(Path.Combine(Directory, "handstamp.db-wal"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        using (var reader = new StreamReader(files))
            Assert.DoesNotContain("$argon2id$", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        using var waiting = await app.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password });
        await AccountService.RefusedAsync(waiting, HttpStatusCode.Forbidden, "email_not_verified");

        using var verified = await app.PostAsync("/email/verify", new { token = mail.Token() });

        Assert.Equal(HttpStatusCode.NoContent, verified.StatusCode);
        Assert.StartsWith(Sealed, await HashAsync(app), StringComparison.Ordinal);
        await app.LoginAsync();
    }

    [Fact]
    public async Task An_imported_hash_is_sealed()
    {
        await using var app = await StartAsync();
        var user = new PortableUser { Email = HandstampApp.Email, PasswordHash = new Argon2id(TestAccounts.Options()).Hash(HandstampApp.Password) };

        await app.Get<ImportOperations>().AddAsync([user], wrap: false, Origin.Operator);

        Assert.StartsWith(Sealed, await HashAsync(app), StringComparison.Ordinal);
        await app.LoginAsync();
    }

    [Fact]
    public async Task After_the_loss_of_the_key_people_return_by_mail_and_with_a_second_factor_by_recovery_code()
    {
        string[] codes;
        await using (var before = await StartAsync())
        {
            await before.RegisterAsync(Other);
            var ada = new Person(before);
            await before.Get<AccountOperations>().AddAsync(HandstampApp.Email, HandstampApp.Password, [], isVerified: true, Origin.Operator, default);
            await ada.EnrolAsync(await before.LoginAsync());
            codes = [.. ada.RecoveryCodes];
        }
        LoseKey();
        await using var app = await StartAsync();

        Assert.Equal((0, 2), await SealAllAsync(app));
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(app, Other));
        await ResetAsync(app, Other);
        await app.LoginAsync(Other, "another quite unusual sentence");

        // The secret of the app was encrypted under the lost key. The codes need none.
        await ResetAsync(app, HandstampApp.Email);
        var person = new Person(app);
        var (token, _) = await person.BeginAsync("another quite unusual sentence");
        using var refused = await person.ContinueAsync(token, "123456");
        Assert.Equal("mfa_code_invalid", (await ProblemAnswer.ReadAsync(refused)).Code);
        using var accepted = await person.ContinueAsync(token, codes[0], "recovery_code");
        var tokens = await TokenSet.ReadAsync(accepted);
        await person.EnrolAsync(tokens, "the same telephone");
        (token, _) = await person.BeginAsync("another quite unusual sentence");
        using var login = await person.ContinueAsync(token, person.NextCode());
        await TokenSet.ReadAsync(login);
    }
}

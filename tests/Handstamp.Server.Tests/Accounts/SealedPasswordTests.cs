using System.Net;
using System.Security.Cryptography;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.Tests.Mail;
using Handstamp.Server.Tests.SignIn;
using Handstamp.TestBed;
using Microsoft.Data.Sqlite;
using MimeKit;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>Password hashes that are encrypted under the data key, and what the loss of the key costs.</summary>
public sealed class SealedPasswordTests : IDisposable
{
    const string Sealed = "$sealed$data-";
    const string Other = "bob@example.com";

    readonly string _directory = Directory.CreateTempSubdirectory("handstamp-test-").FullName;
    readonly MailFolder _mails = new();
    string _masterKey = NewMasterKey();

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
            Assert.Equal((2, 0), await on.Get<PasswordSealing>().RunAsync(default));
            Assert.Equal((0, 0), await on.Get<PasswordSealing>().RunAsync(default));
            Assert.StartsWith(Sealed, await HashAsync(on, Other), StringComparison.Ordinal);
            await on.LoginAsync(Other);
        }
        await using var off = await StartAsync(isOn: false);
        Assert.Equal((2, 0), await off.Get<PasswordSealing>().RunAsync(default));
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
    [InlineData("$sealed$")]
    [InlineData("$sealed$data-00000000$AAAA")]
    [InlineData("$sealed$data-00000000$AAAA$AAAA")]
    [InlineData("$sealed$data-00000000$%%%")]
    public async Task A_damaged_seal_is_a_wrong_password(string damaged)
    {
        await using var app = await StartAsync();
        await app.RegisterAsync();
        var account = await AccountAsync(app);

        Assert.True(await app.Get<IAccountStore>().TryRehashAsync(account.Id, account.PasswordHash!, damaged));

        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(app));
    }

    [Fact]
    public async Task A_registration_that_waits_is_sealed_and_becomes_an_account()
    {
        await using var app = await StartAsync(("Accounts:Verification", "required"));
        await app.RegisterAsync();
        var mail = (await _mails.ReadAsync(HandstampApp.Email))[0];
        await using (var files = new FileStream(Path.Combine(_directory, "handstamp.db-wal"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
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
    public async Task After_the_loss_of_the_key_people_return_by_mail_and_with_a_second_factor_once_it_is_reset()
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

        Assert.Equal((0, 2), await app.Get<PasswordSealing>().RunAsync(default));
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(app, Other));
        await ResetAsync(app, Other);
        await app.LoginAsync(Other, "another quite unusual sentence");

        // The codes were MACs under the lost key, and the secret of the app was encrypted under it.
        await ResetAsync(app, HandstampApp.Email);
        var person = new Person(app);
        var (token, _) = await person.BeginAsync("another quite unusual sentence");
        using var refused = await person.ContinueAsync(token, codes[0], "recovery_code");
        Assert.False(refused.IsSuccessStatusCode);
        Assert.True((int)refused.StatusCode < 500);
        Assert.True(await app.Get<SecondFactorOperations>().ResetAsync((await AccountAsync(app)).Id, Origin.Operator));
        await app.LoginAsync(password: "another quite unusual sentence");
    }

    public void Dispose()
    {
        _mails.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    static string NewMasterKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>As the guide says: the ring that nothing opens is deleted, and there is a new master key.</summary>
    void LoseKey()
    {
        using var database = new SqliteConnection($"Data Source={Path.Combine(_directory, "handstamp.db")};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "DELETE FROM keys";
        command.ExecuteNonQuery();
        _masterKey = NewMasterKey();
    }

    async Task ResetAsync(HandstampApp app, string email)
    {
        using var forgot = await app.PostAsync("/password/forgot", new { email });
        MimeMessage? mail = null;
        await Eventually.TrueAsync(
            () => (mail = _mails.Read().FirstOrDefault(one => one.To.Mailboxes.Single().Address == email
                && one.Subject!.Contains("password", StringComparison.OrdinalIgnoreCase))) is not null,
            "the mail arrives");
        using var reset = await app.PostAsync("/password/reset", new { token = mail!.Token(), new_password = "another quite unusual sentence" });
        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
    }

    Task<HandstampApp> StartAsync(bool isOn) => StartAsync(("Keys:SealPasswords", isOn ? "true" : "false"));

    Task<HandstampApp> StartAsync(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>(_mails.Settings) { ["Keys:MasterKey"] = _masterKey, ["Keys:SealPasswords"] = "true" };
        foreach (var (key, value) in settings) all[key] = value;
        return HandstampApp.StartAsync(all, _directory);
    }

    static async Task<HttpStatusCode> TryAsync(HandstampApp app, string email = HandstampApp.Email)
    {
        using var answer = await app.PostAsync("/login", new { email, password = HandstampApp.Password });
        return answer.StatusCode;
    }

    static async Task<Account> AccountAsync(HandstampApp app, string email = HandstampApp.Email) =>
        (await app.Get<IAccountStore>().FindAsync(IdentifierKind.Email, EmailAddress.Canonical(email), default))!;

    static async Task<string> HashAsync(HandstampApp app, string email = HandstampApp.Email) => (await AccountAsync(app, email)).PasswordHash!;
}

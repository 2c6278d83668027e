using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Tests.Keys;
using Handstamp.Server.Tests.Mail;
using Handstamp.Server.Tests.SignIn;
using Handstamp.TestBed;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>Password hashes that are encrypted under sealing keys, and what the loss of the key costs.</summary>
public sealed class SealedPasswordTests : IDisposable
{
    const string Sealed = "$sealed$seal-";
    const string Other = "bob@example.com";

    static readonly Lazy<string> SharedHash = new(() => new Argon2id(TestAccounts.Options()).Hash(HandstampApp.Password));

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

    [Fact]
    public async Task Every_account_logs_in_after_the_key_was_revoked_and_the_key_is_gone()
    {
        await using var app = await StartAsync();
        for (var number = 0; number < 120; number++) await AddAsync(app, $"user{number}@example.com");
        var old = KeyOf(app);

        var revocation = RevokeAsync(app, old);
        await EndsAsync(app, revocation);
        Assert.IsType<KeyOutcome.Done>(await revocation);

        Assert.Equal(KeyPurpose.Seal, Assert.Single(app.Get<KeyRingService>().Ring.Stored.Keys, key => key.Id.StartsWith("seal-", StringComparison.Ordinal)).Purpose);
        Assert.NotEqual(old, KeyOf(app));
        foreach (var number in new[] { 0, 49, 50, 119 }) await app.LoginAsync($"user{number}@example.com");
        var accounts = await app.Get<IAccountStore>().ListAsync(null, 500, default);
        Assert.All(accounts, account => Assert.StartsWith(PasswordSeal.PrefixOf(KeyOf(app)), account.PasswordHash, StringComparison.Ordinal));
        Assert.Equal(old, Assert.Single(await EventsAsync(app, EventKind.KeyRevoked)).Detail);
        Assert.Equal(KeyOf(app), Assert.Single(await EventsAsync(app, EventKind.KeyRotated)).Detail);
        Assert.IsType<KeyOutcome.NotFound>(await RevokeAsync(app, old));
    }

    [Fact]
    public async Task The_old_key_stays_until_its_successor_is_in_use_and_everything_is_sealed_under_that()
    {
        await using var app = await StartAsync();
        await app.RegisterAsync();
        var old = KeyOf(app);

        var revocation = RevokeAsync(app, old);
        await app.RegisterAsync(Other);

        Assert.StartsWith(PasswordSeal.PrefixOf(old), await HashAsync(app, Other), StringComparison.Ordinal);
        Assert.False(revocation.IsCompleted);
        await EndsAsync(app, revocation);
        Assert.IsType<KeyOutcome.Done>(await revocation);
        await app.LoginAsync();
        await app.LoginAsync(Other);
    }

    [Fact]
    public async Task A_revocation_that_stops_between_two_batches_has_lost_nothing_and_continues()
    {
        var crash = new CrashingAccounts();
        string old;
        FakeTimeProvider clock;
        await using (var app = await StartAsync(crash.Replace))
        {
            for (var number = 0; number < 120; number++) await AddAsync(app, $"user{number}@example.com");
            old = KeyOf(app);
            crash.After = 1;
            var revocation = RevokeAsync(app, old);
            await EndsAsync(app, revocation);
            await Assert.ThrowsAsync<StorageUnavailableException>(() => revocation);
            clock = app.Clock;
        }

        await using var after = await StartAsync(clock);
        var keys = (await after.Get<IAccountStore>().ListAsync(null, 500, default)).CountBy(account => account.PasswordHash!.Split('$')[2]);
        Assert.Equal([50, 70], keys.Select(one => one.Value).Order());
        foreach (var number in new[] { 0, 60, 119 }) await after.LoginAsync($"user{number}@example.com");
        Assert.IsType<KeyOutcome.Done>(await RevokeAsync(after, old));
        foreach (var number in new[] { 1, 61, 118 }) await after.LoginAsync($"user{number}@example.com");
        Assert.DoesNotContain(after.Get<KeyRingService>().Ring.Stored.Keys, key => key.Id == old);
    }

    [Fact]
    public async Task A_damaged_hash_does_not_hold_its_key_and_stays_a_wrong_password()
    {
        await using var app = await StartAsync();
        await app.RegisterAsync();
        var (account, old) = (await AccountAsync(app), KeyOf(app));
        await app.Get<IAccountStore>().TryRehashAsync(account.Id, account.PasswordHash!, PasswordSeal.PrefixOf(old) + "AAAA");

        var revocation = RevokeAsync(app, old);
        await EndsAsync(app, revocation);

        Assert.IsType<KeyOutcome.Done>(await revocation);
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(app));
        await ResetAsync(app, HandstampApp.Email);
        await app.LoginAsync(password: "another quite unusual sentence");
    }

    [Fact]
    public async Task A_registration_that_waits_survives_the_revocation()
    {
        await using var app = await StartAsync(("Accounts:Verification", "required"));
        await app.RegisterAsync();
        var (mail, old) = ((await _mails.ReadAsync(HandstampApp.Email))[0], KeyOf(app));

        var revocation = RevokeAsync(app, old);
        await EndsAsync(app, revocation);
        Assert.IsType<KeyOutcome.Done>(await revocation);

        using var verified = await app.PostAsync("/email/verify", new { token = mail.Token() });
        Assert.Equal(HttpStatusCode.NoContent, verified.StatusCode);
        await app.LoginAsync();
    }

    [Fact]
    public async Task A_login_seals_under_the_new_key_and_the_last_one_lets_the_old_key_go()
    {
        await using var app = await StartAsync();
        await app.RegisterAsync();
        await app.RegisterAsync(Other);
        var old = KeyOf(app);
        Assert.IsType<KeyOutcome.Done>(await app.Get<KeyOperations>().RotateAsync(KeyPurpose.Seal, soon: true, Origin.Operator, default));
        app.Jump(2 * KeyRules.Spread);
        Assert.NotEqual(old, KeyOf(app));

        await app.LoginAsync();
        await SweepAsync(app);
        Assert.StartsWith(PasswordSeal.PrefixOf(KeyOf(app)), await HashAsync(app), StringComparison.Ordinal);
        Assert.Contains(app.Get<KeyRingService>().Ring.Stored.Keys, key => key.Id == old);

        await app.LoginAsync(Other);
        await SweepAsync(app);
        Assert.DoesNotContain(app.Get<KeyRingService>().Ring.Stored.Keys, key => key.Id == old);
        Assert.Equal(old, Assert.Single(await EventsAsync(app, EventKind.KeyDeleted), done => done.Detail == old).Detail);
    }

    [Fact]
    public async Task The_command_seals_under_the_new_key_and_lets_the_old_key_go()
    {
        await using var app = await StartAsync();
        await app.RegisterAsync();
        var old = KeyOf(app);
        await app.Get<KeyOperations>().RotateAsync(KeyPurpose.Seal, soon: true, Origin.Operator, default);
        app.Jump(2 * KeyRules.Spread);

        Assert.Equal((1, 0), await SealAllAsync(app));

        Assert.DoesNotContain(app.Get<KeyRingService>().Ring.Stored.Keys, key => key.Id == old);
        await app.LoginAsync();
    }

    [Fact]
    public async Task A_hash_that_an_earlier_version_sealed_under_the_data_key_opens_and_is_sealed_again()
    {
        await using var app = await StartAsync();
        await app.RegisterAsync();
        var (account, ring) = (await AccountAsync(app), app.Get<KeyRingService>().Ring);
        var hash = app.Get<PasswordSeal>().Open(account.PasswordHash!, account.Id)!;
        var box = ring.DataKey.Seal(Encoding.UTF8.GetBytes(hash), LabelOf(account));
        var data = ring.Stored.Keys.Single(key => key.Purpose == KeyPurpose.Data).Id;
        Assert.True(await app.Get<IAccountStore>().TryRehashAsync(
            account.Id, account.PasswordHash!, PasswordSeal.PrefixOf(data) + Base64Url.EncodeToString(box)));

        await app.LoginAsync();

        Assert.StartsWith(Sealed, await HashAsync(app), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sealing_key_takes_over_by_itself_and_stays_while_something_is_sealed_under_it()
    {
        await using var app = await StartAsync();
        await app.RegisterAsync();
        var old = KeyOf(app);

        app.Jump(TimeSpan.FromDays(800));
        await app.Get<KeyRingService>().RenewAsync(default);
        await SweepAsync(app);

        Assert.NotEqual(old, KeyOf(app));
        await app.LoginAsync();
        Assert.StartsWith(PasswordSeal.PrefixOf(KeyOf(app)), await HashAsync(app), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_setting_there_is_no_sealing_key_to_rotate()
    {
        await using var app = await StartAsync(isOn: false);

        Assert.IsType<KeyOutcome.NotFound>(await app.Get<KeyOperations>().RotateAsync(KeyPurpose.Seal, soon: true, Origin.Operator, default));

        Assert.DoesNotContain(app.Get<KeyRingService>().Ring.Stored.Keys, key => key.Purpose == KeyPurpose.Seal);
    }

    [Fact]
    public async Task A_node_that_does_not_know_the_key_yet_reads_the_ring_and_says_try_again_if_it_cannot()
    {
        WatchedKeys? keys = null;
        await using var app = await StartAsync(services =>
        {
            var real = services.Single(service => service.ServiceType == typeof(IKeyStore));
            services.AddSingleton<IKeyStore>(provider => keys = new WatchedKeys((IKeyStore)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!)));
        });
        await app.RegisterAsync();

        await SealElsewhereAsync(app);
        await app.LoginAsync();

        await SealElsewhereAsync(app);
        keys!.BeforeAnswers = () => throw new StorageUnavailableException("away");
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var login = TryAsync(app);
            await EndsAsync(app, login);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await login);
        }
        keys.BeforeAnswers = null;
        var last = app.LoginAsync();
        await EndsAsync(app, last);
        await last;
    }

    /// <summary>Another node has made a key, and has sealed the hash of the account under it.</summary>
    static async Task SealElsewhereAsync(HandstampApp app)
    {
        var (keys, account) = (app.Get<IKeyStore>(), await AccountAsync(app));
        var ring = await keys.ReadAsync(default);
        using var master = app.Get<MasterKeySource>().Get(ring);
        var made = KeyFactory.Create(KeyPurpose.Seal, ring.Keys, master, app.Clock.Now(), app.Clock.Now(), new KeyOptions());
        Assert.True(await keys.TryWriteAsync(ring.Version, [made], [], []));
        var box = KeyRing.Open(await keys.ReadAsync(default), master).FindSealingKey(made.Id)!.Seal(
            Encoding.UTF8.GetBytes(app.Get<PasswordSeal>().Open(account.PasswordHash!, account.Id)!), LabelOf(account));
        Assert.True(await app.Get<IAccountStore>().TryRehashAsync(
            account.Id, account.PasswordHash!, PasswordSeal.PrefixOf(made.Id) + Base64Url.EncodeToString(box)));
    }

    static byte[] LabelOf(Account account) => [.. "password "u8, .. account.Id.ToByteArray(bigEndian: true)];

    public void Dispose()
    {
        _mails.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    static Task<KeyOutcome> RevokeAsync(HandstampApp app, string key) => app.Get<KeyOperations>().RevokeAsync(key, Origin.Operator, default);

    /// <summary>Lets the time pass that the revocation waits for.</summary>
    static Task EndsAsync(HandstampApp app, Task revocation) => Eventually.TrueAsync(
        () => revocation.IsCompleted, "the revocation ends", nudge: () => app.Clock.Advance(TimeSpan.FromSeconds(5)));

    static Task SweepAsync(HandstampApp app) => app.Services.GetServices<IHostedService>().OfType<SealSweeper>().Single().SweepAsync(default);

    static string KeyOf(HandstampApp app) => app.Get<KeyRingService>().Ring.SealingKey(app.Clock.Now()).Id;

    static Task<(long Changed, long Lost)> SealAllAsync(HandstampApp app) => app.Get<PasswordSealing>().RunAsync(Origin.Operator, default);

    static async Task<IReadOnlyList<Event>> EventsAsync(HandstampApp app, EventKind kind) =>
        (await app.Get<IEventStore>().ReadOnAsync(EventFilter.All with { Kinds = [kind] }, Guid.Empty, 10_000, default)).Events;

    /// <summary>An account whose hash is made once for all: that is what takes long.</summary>
    static async Task AddAsync(HandstampApp app, string email)
    {
        var account = TestAccounts.Account(email: email) with { Id = Guid.CreateVersion7() };
        var hash = app.Get<PasswordSeal>().Close(SharedHash.Value, account.Id);
        Assert.True(await app.Get<IAccountStore>().TryCreateAsync(account with { PasswordHash = hash }, Origin.Operator.Does(EventKind.AccountAdded, app.Clock.Now())));
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

    Task<HandstampApp> StartAsync(params (string Key, string Value)[] settings) => StartAsync(null, settings);

    Task<HandstampApp> StartAsync(FakeTimeProvider clock) => StartAsync(null, clock);

    Task<HandstampApp> StartAsync(Action<IServiceCollection>? services, params (string Key, string Value)[] settings) =>
        StartAsync(services, null, settings);

    Task<HandstampApp> StartAsync(Action<IServiceCollection>? services, FakeTimeProvider? clock, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>(_mails.Settings) { ["Keys:MasterKey"] = _masterKey, ["Keys:SealPasswords"] = "true" };
        foreach (var (key, value) in settings) all[key] = value;
        return HandstampApp.StartAsync(all, _directory, clock, services: services);
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

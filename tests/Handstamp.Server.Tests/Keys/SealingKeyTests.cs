using System.Buffers.Text;
using System.Net;
using System.Text;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Handstamp.Server.Tests.Accounts;
using Handstamp.Server.Tests.Mail;
using Handstamp.TestBed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

/// <summary>The keys that seal password hashes: they rotate, stay until nothing is sealed under them, and are revoked without a loss.</summary>
public sealed class SealingKeyTests : SealingService
{
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
    public async Task A_hash_that_a_slow_node_seals_under_the_key_meanwhile_is_sealed_again_too()
    {
        var signals = new Signals();
        await using var app = await StartAsync(services => Watch(services, signals));
        await app.RegisterAsync();
        var (old, ring, before) = (KeyOf(app), app.Get<KeyRingService>().Ring, signals.OfKeys);
        ((WatchedKeys)app.Get<IKeyStore>()).BeforeDeleting = () => SealAsync(app, old, ring);

        var revocation = RevokeAsync(app, old);
        await EndsAsync(app, revocation);

        Assert.IsType<KeyOutcome.Done>(await revocation);
        Assert.DoesNotContain(app.Get<KeyRingService>().Ring.Stored.Keys, key => key.Id == old);
        await app.LoginAsync();
        // The rotation, and the deletion once it succeeds.
        Assert.Equal(before + 2, signals.OfKeys);
        Assert.Single(app.Logs.Of(6500), line => line.Contains("key.revoked: ", StringComparison.Ordinal) && line.Contains(old, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_that_another_process_deletes_meanwhile_is_gone_and_nobody_hears_of_it_twice()
    {
        var signals = new Signals();
        await using var app = await StartAsync(services => Watch(services, signals));
        await app.RegisterAsync();
        var (old, before, store) = (KeyOf(app), signals.OfKeys, (WatchedKeys)app.Get<IKeyStore>());
        store.BeforeDeleting = () => store.TryDeleteUnusedAsync(old, Origin.Operator.Does(EventKind.KeyRevoked, app.Clock.Now()) with { Detail = old });

        var revocation = RevokeAsync(app, old);
        await EndsAsync(app, revocation);

        Assert.IsType<KeyOutcome.Done>(await revocation);
        Assert.Equal(before + 1, signals.OfKeys);
        Assert.Single(await EventsAsync(app, EventKind.KeyRevoked));
    }

    static void Watch(IServiceCollection services, Signals signals)
    {
        WatchedKeys.Replace(services);
        services.AddSingleton<INodes>(signals);
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
        var (mail, old) = ((await Mails.ReadAsync(HandstampApp.Email))[0], KeyOf(app));

        var revocation = RevokeAsync(app, old);
        await EndsAsync(app, revocation);
        Assert.IsType<KeyOutcome.Done>(await revocation);

        using var verified = await app.PostAsync("/email/verify", new { token = mail.Token() });
        Assert.Equal(HttpStatusCode.NoContent, verified.StatusCode);
        await app.LoginAsync();
    }

    [Fact]
    public async Task A_registration_that_a_halted_node_stores_after_the_revocation_is_refused()
    {
        await using var app = await StartAsync(("Accounts:Verification", "required"));
        await app.RegisterAsync();
        var (pending, old) = (app.Get<PendingRegistrations>(), KeyOf(app));
        var registration = (await pending.FindAsync(PendingRegistrations.IdOf(EmailAddress.Canonical(HandstampApp.Email)), default))!;
        Assert.StartsWith(PasswordSeal.PrefixOf(old), registration.PasswordHash, StringComparison.Ordinal);

        var revocation = RevokeAsync(app, old);
        await EndsAsync(app, revocation);
        Assert.IsType<KeyOutcome.Done>(await revocation);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => pending.KeepAsync(registration));
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
        await using var app = await StartAsync(WatchedKeys.Replace);
        var keys = (WatchedKeys)app.Get<IKeyStore>();
        await app.RegisterAsync();

        await SealElsewhereAsync(app);
        await app.LoginAsync();

        await SealElsewhereAsync(app);
        keys.BeforeAnswers = () => throw new StorageUnavailableException("away");
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
        var keys = app.Get<IKeyStore>();
        var ring = await keys.ReadAsync(default);
        using var master = app.Get<MasterKeySource>().Get(ring);
        var made = KeyFactory.Create(KeyPurpose.Seal, ring.Keys, master, app.Clock.Now(), app.Clock.Now(), new KeyOptions());
        Assert.True(await keys.TryWriteAsync(ring.Version, [made], [], []));
        await SealAsync(app, made.Id, KeyRing.Open(await keys.ReadAsync(default), master));
    }

    static async Task SealAsync(HandstampApp app, string key, KeyRing ring)
    {
        var account = await AccountAsync(app);
        var box = ring.FindSealingKey(key)!.Seal(
            Encoding.UTF8.GetBytes(app.Get<PasswordSeal>().Open(account.PasswordHash!, account.Id)!), LabelOf(account));
        Assert.True(await app.Get<IAccountStore>().TryRehashAsync(
            account.Id, account.PasswordHash!, PasswordSeal.PrefixOf(key) + Base64Url.EncodeToString(box)));
    }

    static byte[] LabelOf(Account account) => [.. "password "u8, .. account.Id.ToByteArray(bigEndian: true)];

    static Task<KeyOutcome> RevokeAsync(HandstampApp app, string key) => app.Get<KeyOperations>().RevokeAsync(key, Origin.Operator, default);

    /// <summary>Lets the time pass that the revocation waits for.</summary>
    static Task EndsAsync(HandstampApp app, Task revocation) => Eventually.TrueAsync(
        () => revocation.IsCompleted, "the revocation ends", nudge: () => app.Clock.Advance(TimeSpan.FromSeconds(5)));

    static Task SweepAsync(HandstampApp app) => app.Services.GetServices<IHostedService>().OfType<SealSweeper>().Single().SweepAsync(default);
}

using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>What becomes of hashes whose key was replaced, and of those whose key this process cannot open.</summary>
public sealed class PasswordSealingTests : SealingService
{
    const string Hash = "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA";

    static readonly Guid Waiting = PendingRegistrations.IdOf(EmailAddress.Canonical(Other));

    [Fact]
    public async Task Accounts_and_registrations_that_wait_are_sealed_under_the_next_key()
    {
        // The second reading finds nothing. A round that changes nothing would be followed by others without end.
        var accounts = new CrashingAccounts { After = 2 };
        await using var app = await StartAsync(accounts.Replace);
        await AddAsync(app, HandstampApp.Email);
        await KeepAsync(app, app.Get<PasswordSeal>().Seal(Hash, Waiting));
        var (_, hash) = await OfAccountAsync(app);
        var old = await ReplaceKeyAsync(app);

        await app.Get<PasswordSealing>().ResealAsync(old, default);

        Assert.Equal((KeyOf(app), hash), await OfAccountAsync(app));
        Assert.Equal((KeyOf(app), Hash), await OfRegistrationAsync(app));
    }

    [Fact]
    public async Task A_hash_that_cannot_be_opened_is_logged_and_replaced_by_one_without_a_password()
    {
        await using var app = await StartAsync();
        await AddAsync(app, HandstampApp.Email);
        var account = await AccountAsync(app);
        Assert.True(await app.Get<IAccountStore>().TryRehashAsync(account.Id, account.PasswordHash!, PasswordSeal.PrefixOf(KeyOf(app)) + "AAAA"));
        var old = await ReplaceKeyAsync(app);

        await app.Get<PasswordSealing>().ResealAsync(old, default);

        Assert.Contains($"The sealed password hash of account {account.Id} cannot be opened", Assert.Single(app.Logs.Of(2009)), StringComparison.Ordinal);
        var (key, decoy) = await OfAccountAsync(app);
        Assert.Equal(KeyOf(app), key);
        Assert.True(app.Get<Argon2id>().IsCurrent(decoy!));
        Assert.False(Argon2id.Verify(decoy!, HandstampApp.Password));
    }

    [Fact]
    public async Task A_sealing_that_stops_writes_nothing_that_it_has_not_begun()
    {
        await using var app = await StartAsync();
        await AddAsync(app, HandstampApp.Email);
        var before = await HashAsync(app);
        var old = await ReplaceKeyAsync(app);
        using var stop = new CancellationTokenSource();
        var real = app.Get<IAccountStore>();
        // The list comes although the service stops meanwhile, as PostgreSQL's does.
        var accounts = Intercepted<IAccountStore>.Of(real, nameof(IAccountStore.ListSealedAsync), args =>
        {
            stop.Cancel();
            return real.ListSealedAsync((string)args[0]!, (int)args[1]!, CancellationToken.None);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sealing(app, accounts).ResealAsync(old, stop.Token));

        Assert.Equal(before, await HashAsync(app));
    }

    [Fact]
    public async Task A_registration_that_waits_does_not_hold_a_replaced_key()
    {
        await using var app = await StartAsync();
        await KeepAsync(app, app.Get<PasswordSeal>().Seal(Hash, Waiting));
        var old = await ReplaceKeyAsync(app);

        await app.Get<PasswordSealing>().RemoveUnusedKeysAsync(default);

        Assert.DoesNotContain(app.Get<KeyRingService>().Ring.Stored.Keys, key => key.Id == old);
        Assert.Equal((KeyOf(app), Hash), await OfRegistrationAsync(app));
    }

    [Fact]
    public async Task A_replaced_key_that_this_process_cannot_open_stays_with_what_is_sealed_under_it()
    {
        await using var app = await StartAsync();
        app.Jump(KeyRules.Spread);
        var elsewhere = await MakeKeyElsewhereAsync(app, app.Clock.Now().AddDays(-1));
        await KeepAsync(app, PasswordSeal.PrefixOf(elsewhere) + "AAAA");

        await app.Get<PasswordSealing>().RemoveUnusedKeysAsync(default);

        Assert.Contains(app.Get<KeyRingService>().Ring.Stored.Keys, key => key.Id == elsewhere);
        Assert.Equal((elsewhere, null), await OfRegistrationAsync(app));
    }

    [Fact]
    public async Task Only_a_hash_under_a_key_that_this_process_cannot_open_has_to_wait()
    {
        await using var app = await StartAsync();
        await AddAsync(app, HandstampApp.Email);
        var elsewhere = await MakeKeyElsewhereAsync(app, app.Clock.Now());

        Assert.False(await app.Get<PasswordSeal>().TryLearnAsync(PasswordSeal.PrefixOf(elsewhere) + "AAAA"));
        Assert.True(await app.Get<PasswordSeal>().TryLearnAsync(await HashAsync(app)));
    }

    /// <summary>Makes the next key, and returns the one that it has replaced on every node.</summary>
    static async Task<string> ReplaceKeyAsync(HandstampApp app)
    {
        var old = KeyOf(app);
        Assert.IsType<KeyOutcome.Done>(await app.Get<KeyOperations>().RotateAsync(KeyPurpose.Seal, soon: true, Origin.Operator, default));
        app.Jump(2 * KeyRules.Spread);
        Assert.NotEqual(old, KeyOf(app));
        return old;
    }

    /// <summary>A process that has another master key adds a sealing key, which this one learns of. Returns its id.</summary>
    static async Task<string> MakeKeyElsewhereAsync(HandstampApp app, DateTimeOffset start)
    {
        var keys = app.Get<IKeyStore>();
        var ring = await keys.ReadAsync(default);
        using var master = MasterKey.Create();
        var made = KeyFactory.Create(KeyPurpose.Seal, ring.Keys, master, start, app.Clock.Now(), new KeyOptions());
        Assert.True(await keys.TryWriteAsync(ring.Version, [made], [], []));
        await app.Get<KeyRingService>().FollowAsync(default);
        return made.Id;
    }

    static Task KeepAsync(HandstampApp app, string stored) => app.Get<PendingRegistrations>().KeepAsync(
        new PendingRegistration { Email = Other, PasswordHash = stored, SecurityStamp = "stamp" });

    /// <summary>The key of the stored hash, and the hash itself; null if it cannot be opened.</summary>
    static async Task<(string? Key, string? Hash)> OfAccountAsync(HandstampApp app)
    {
        var account = await AccountAsync(app);
        return (PasswordSeal.KeyOf(account.PasswordHash!), app.Get<PasswordSeal>().Open(account.PasswordHash!, account.Id));
    }

    /// <inheritdoc cref="OfAccountAsync"/>
    static async Task<(string? Key, string? Hash)> OfRegistrationAsync(HandstampApp app)
    {
        var registration = (await app.Get<PendingRegistrations>().FindAsync(Waiting, default))!;
        return (PasswordSeal.KeyOf(registration.PasswordHash), app.Get<PasswordSeal>().Open(registration.PasswordHash, Waiting));
    }

    static PasswordSealing Sealing(HandstampApp app, IAccountStore accounts) => new(
        accounts, app.Get<PendingRegistrations>(), app.Get<PasswordSeal>(), app.Get<KeyRingService>(), app.Get<Argon2id>(), app.Get<AuditTrail>(), app.Clock,
        app.Get<ILogger<PasswordSealing>>());
}

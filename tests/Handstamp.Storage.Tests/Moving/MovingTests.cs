using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Server.ExternalLogins;
using Handstamp.Server.Outbox;
using Handstamp.Server.Secrets;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Server.Storage;
using Handstamp.Server.Storage.Moving;
using Handstamp.Storage.Postgres.Moving;
using Handstamp.Storage.Sqlite.Engine;
using Handstamp.Storage.Sqlite.Moving;
using Handstamp.Storage.Tests.Accounts;
using Handstamp.Storage.Tests.Postgres;
using Handstamp.Storage.Tests.Sqlite;
using PostgresServer = Handstamp.Storage.Postgres.Engine.PostgresServer;

namespace Handstamp.Storage.Tests.Moving;

/// <summary>A SQLite file with rows in every table, and an empty PostgreSQL database.</summary>
public abstract class MovingTests : SqliteTests, IAsyncLifetime
{
    internal static readonly ThrottleRule OneAttempt =
        new(Free: 1, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1), Memory: TimeSpan.FromHours(1));

    internal static readonly ThrottleKey Counter = new(UInt128.MaxValue - 5);
    internal static readonly UInt128 Proof = UInt128.MaxValue - 7;
    internal static readonly SecretKey Secret = new("test", Given.Id(), new byte[32]);

    protected PostgresEngine Target { get; } = new();

    internal SqliteFile File => SqliteFile.Parse(Engine.File) with { BusyTimeout = TimeSpan.FromMilliseconds(20) };

    public new async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Target.OpenAsync();
    }

    public new async ValueTask DisposeAsync()
    {
        await Target.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Rows in every table, with values in every column.</summary>
    internal async Task<(Session Alive, Session Ended)> FillAsync()
    {
        var alive = await StoredSessionAsync(await StoredAccountAsync(AccountClaims.FromJson("""{"roles":["admin"]}""")));
        var ended = await StoredSessionAsync();
        for (var more = 0; more < 3; more++)
            await Sessions.TryEndAsync((await StoredSessionAsync()).Id, EndReason.Reuse, Given.Now);
        await Sessions.TryEndAsync(ended.Id, EndReason.Logout, Given.Now);
        await Keys.TryWriteAsync(0, [Given.SigningKey() with { RevokedAt = Given.Now }, Given.MacKey(1)], []);
        await Throttle.TryTakeAsync([new(Counter, OneAttempt)], Given.Now);
        await ResourceServers.TryAddAsync(new ResourceServer("orders", new byte[32], Given.Now));
        await Engine.Get<IProofStore>().TryUseAsync(Proof, Given.Now);
        await Engine.Get<ISecretStore>().AddAsync(Secret, new SecretContent(Given.Id(), [0, 255], Given.Now.AddMinutes(1)), tries: 2, most: 1);
        await Engine.Get<ISecretStore>().TryAsync(Secret, Given.Now);
        var mail = new OutboxEntry { Id = Given.Id(), Channel = "mail", Lane = "ü", Payload = [0, 255], CreatedAt = Given.Now };
        await Engine.Get<IOutboxStore>().TryAddAsync(mail, most: 1);
        await Engine.Get<IOutboxStore>().GiveUpAsync((await Engine.Get<IOutboxStore>().LeaseAsync(Given.Now, Given.Now))!, Given.Now, "It was refused.");
        await new GivenFactors(Engine.Get<ISecondFactorStore>()).FillAsync(await StoredAccountAsync());
        var passkey = Given.Passkey(alive.AccountId) with { Name = "ü", LastUsedAt = Given.Now, SignCount = uint.MaxValue, IsSynced = true };
        await Engine.Get<IPasskeyStore>().AddAsync(passkey, Given.SecurityStamp(alive.AccountId), Given.By.Does(EventKind.PasskeyAdded, Given.Now));
        var invitation = new Invitation
        {
            Id = Given.Id(),
            Email = Given.Email("ÜMIT@EXAMPLE.COM", "ümit@example.com"),
            Claims = new AccountClaims { Roles = ["editor"] },
            CreatedAt = Given.Now,
            ExpiresAt = Given.Now.AddDays(7),
        };
        await Engine.Get<IInvitationStore>().TryAddAsync(invitation, Given.By.Does(EventKind.InvitationAdded, Given.Now));
        var login = new ExternalLogin
        {
            Id = Given.Id(),
            AccountId = alive.AccountId,
            Issuer = "https://provider.example",
            Subject = "ü",
            Provider = "corp",
            Label = "日本",
            CreatedAt = Given.Now,
            LastUsedAt = Given.Now.AddDays(1),
        };
        await Engine.Get<IExternalLoginStore>().TryLinkAsync(
            login, Given.SecurityStamp(alive.AccountId), most: 1, Given.By.Does(EventKind.ExternalLoginAdded, Given.Now));
        await Engine.Get<IProfileStore>().TrySetAsync(
            alive.AccountId, Profile.None, new Profile { Name = "日本", Locale = "de-AT", Data = "{}" }, Given.By.Does(EventKind.AccountProfileChanged, Given.Now));
        var moved = Given.Session(alive.AccountId);
        await Sessions.TryCreateAsync(
            moved, Given.Device, Given.Terms(alive.AccountId) with { From = new FormerToken([.. Enumerable.Repeat((byte)255, 32)], Given.Now.AddDays(90)) });
        await Engine.Events.CountAsync([Given.LateRetry(alive.Id, Given.Now)]);
        Change($"""
            UPDATE accounts SET disabled_at = 1 WHERE id <> (SELECT account_id FROM sessions WHERE id = x'{Convert.ToHexString(alive.Id.ToByteArray(bigEndian: true))}');
            UPDATE sessions SET client_id = 'ü', key_thumbprint = 'k', scope = '', audience = '日本', seen_before = 0,
              source = -2147483648, other_source = 2147483647, contentions = 3, contended_at = 9007199254740993
              WHERE revoked_at IS NOT NULL;
            INSERT INTO revocations (at, reason, key_id) VALUES (1, 11, 'kid');
            DELETE FROM revocations WHERE sequence = 1;
            """);
        return (alive, ended);
    }

    /// <summary>Changes the file directly.</summary>
    protected void Change(string sql)
    {
        using var database = Sql.Open(Engine.File);
        Sql.Run(database, sql);
    }

    internal async Task<Account> StoredAccountInTargetAsync()
    {
        var account = Given.Account();
        Assert.True(await Target.Accounts.TryCreateAsync(account));
        return account;
    }

    internal Task<PostgresMoveTarget> OpenTargetAsync() =>
        PostgresMoveTarget.OpenAsync(PostgresServer.Parse(Target.ConnectionString), Cancel);

    internal async Task<IReadOnlyList<MovedTable>> MoveAsync(
        Func<IMoveTarget, IMoveTarget>? through = null, IMoveProgress? progress = null, CancellationToken cancel = default)
    {
        await Engine.CloseAsync();
        using var source = SqliteMoveSource.Open(File);
        using var target = await OpenTargetAsync();
        return new Move(source, through?.Invoke(target) ?? target, progress ?? new InterruptsAt(null), cancel).Run();
    }

    internal async Task<string> RefusalAsync(Func<IMoveTarget, IMoveTarget>? through = null) =>
        (await Assert.ThrowsAsync<StorageStartException>(() => MoveAsync(through))).Message;

    /// <summary>The service can be started on the old database as if no move had been tried.</summary>
    protected async Task AssertIsHereAsync()
    {
        await Engine.OpenAsync();
        Assert.True(await Accounts.TryCreateAsync(Given.Account()));
    }
}

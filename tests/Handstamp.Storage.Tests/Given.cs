using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handstamp.Storage.Tests;

/// <summary>Valid values. A test takes one and changes the part that it is about.</summary>
static class Given
{
    public static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    public static readonly TimeSpan IdleLifetime = TimeSpan.FromDays(14);

    public static readonly TimeSpan RetryWindow = TimeSpan.FromSeconds(30);

    public static readonly SessionDevice Device = new()
    {
        Name = "Grandmother's laptop",
        UserAgent = "Mozilla/5.0",
        Address = IPAddress.Parse("192.0.2.7"),
        CreatedAt = Now,
    };

    public static readonly Use Use = new(Source: 4711, Alternation: TimeSpan.FromMinutes(20));

    /// <summary>Some caller.</summary>
    public static readonly Origin By = new(new Actor(ActorKind.Person), IPAddress.Parse("2001:db8::7"), "curl/8");

    static int s_count;

    /// <summary>Ids in the order of the calls, like UUIDv7.</summary>
    public static Guid Id()
    {
        var count = Interlocked.Increment(ref s_count);
        return new Guid(0x018c_0000 + (count >> 16), (short)count, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 1);
    }

    public static Account Account()
    {
        var id = Id();
        return new Account
        {
            Id = id,
            Identifiers = [Email($"ada.{id:n}@example.com", $"Ada.{id:n}@Example.com")],
            PasswordHash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
            SecurityStamp = SecurityStamp(id),
            CreatedAt = Now,
        };
    }

    public static Identifier Email(string canonical, string? value = null) =>
        new(IdentifierKind.Email, canonical, value ?? canonical);

    /// <summary>The identifier of an account that <see cref="Account"/> makes.</summary>
    public static string SecurityStamp(Guid accountId) => $"security-{accountId:n}";

    /// <summary>The terms of an account that was not changed, with room for all sessions of a test.</summary>
    public static SessionTerms Terms(Guid accountId) => new(SecurityStamp(accountId), Most: int.MaxValue);

    public static Session Session(Guid accountId) => new()
    {
        Id = Id(),
        AccountId = accountId,
        Rotation = RotationState.AtLogin(Now),
        MacKeyId = 1,
        Transport = SessionTransport.Body,
        AuthenticationMethods = "pwd",
        AuthenticatedAt = Now,
        IdleExpiresAt = Now + IdleLifetime,
        ExpiresAt = Now + TimeSpan.FromDays(90),
        SuspectedSharing = new SuspectedSharing(Use.Source, null, Now),
    };

    /// <summary>A trail without a listener.</summary>
    public static AuditTrail Trail(IEventStore events, TimeProvider clock) => new(
        events, new RefusalTally(events, clock, NullLogger<RefusalTally>.Instance),
        new ServiceCollection().AddMetrics().AddSingleton<Telemetry>().BuildServiceProvider().GetRequiredService<Telemetry>(),
        new ServiceCollection().BuildServiceProvider(), NullLogger<AuditTrail>.Instance);

    public static Event LateRetry(Guid session, DateTimeOffset at) => By.Does(EventKind.SessionLateRetry, at) with
    {
        SessionId = session,
        Tally = EventId.Tally(EventKind.SessionLateRetry, Now, session),
        Since = at,
    };

    /// <summary>The refresh of a client that sends the newest token after the retry window.</summary>
    public static Rotation Rotation(Session session) => new(
        session.Id, session.Rotation.Last, session.Transport, session.KeyThumbprint, RetryWindow,
        new Issue(session.Rotation.IssuedAt + RetryWindow, IdleLifetime, MacKeyId: 2, Use));

    public static Passkey Passkey(Guid accountId)
    {
        var id = Id();
        return new Passkey
        {
            Id = id,
            AccountId = accountId,
            CredentialId = [0, .. id.ToByteArray(), 255],
            PublicKey = [0, 1, 255],
            SignCount = 0,
            IsSynced = false,
            IsBackedUp = false,
            IsSecondFactor = true,
            Transports = ["internal", "hybrid"],
            Aaguid = Id(),
            CreatedAt = Now,
        };
    }

    public static StoredKey SigningKey(string id = "thumbprint") => new()
    {
        Id = id,
        Purpose = KeyPurpose.Sign,
        Algorithm = "ES256",
        Sealed = [1, 2, 3],
        CreatedAt = Now,
        ActiveFrom = Now + TimeSpan.FromDays(1),
        ActiveUntil = Now + TimeSpan.FromDays(91),
        ExpiresAt = Now + TimeSpan.FromDays(92),
    };

    public static StoredKey SealingKey(string id = "seal-0123abcd") => SigningKey(id) with
    {
        Purpose = KeyPurpose.Seal,
        Algorithm = "A256GCM",
    };

    public static StoredKey MacKey(int number) => SigningKey($"mac-{number}") with
    {
        Purpose = KeyPurpose.Mac,
        Algorithm = "HS256",
    };
}

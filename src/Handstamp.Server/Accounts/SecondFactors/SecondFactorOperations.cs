using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.SecondFactors;

/// <summary>
/// The second factors of an account, by its owner and by operators. Nothing here checks whether the caller is allowed to.
/// </summary>
sealed class SecondFactorOperations(
    ISecondFactorStore store, SecondFactorRule rule, TotpSecrets secrets, MailNotices notices, AuditTrail trail,
    IOptions<HandstampOptions> service, TimeProvider clock)
{
    public const int MaxApps = 5;

    public const int MaxName = 64;

    // A QR code holds 2,331 bytes, and a character of an address can become nine.
    const int MaxLabel = 64;

    // How long the first code may take.
    static readonly TimeSpan PendingLife = TimeSpan.FromHours(1);

    static readonly Refusal NotBegun = new(Problems.InvalidRequest, "There is no new authenticator app to confirm. Begin again.");

    static readonly Refusal NameTooLong = new(
        Problems.InvalidRequest, $"The name of an authenticator app has 1 to {MaxName} characters, and no control characters.")
    { Field = "name" };

    /// <summary>The confirmed apps, the oldest first.</summary>
    public Task<IReadOnlyList<TotpApp>> ListAsync(Guid accountId, CancellationToken cancel) => store.ListAsync(accountId, cancel);

    public Task<int> CountCodesAsync(Guid accountId, CancellationToken cancel) => store.CountCodesAsync(accountId, cancel);

    /// <summary>Makes a secret for an app, in place of one that is not confirmed yet. It does nothing until it is confirmed.</summary>
    public async Task<OrRefusal<TotpEnrolment>> BeginTotpAsync(Account account, CancellationToken cancel)
    {
        if ((await store.ListAsync(account.Id, cancel)).Count >= MaxApps) return Problems.TooManyFactors;
        var now = clock.Now();
        var (id, secret) = (Guid.CreateVersion7(now), Totp.NewSecret());
        var app = new TotpApp
        {
            Id = id,
            AccountId = account.Id,
            Sealed = secrets.Seal(secret, account.Id, id),
            CreatedAt = now,
        };
        if (!await store.TryAddPendingAsync(app)) return Problems.SessionRevoked;
        var uri = Totp.Uri(secret, new Uri(service.Value.Issuer).Host, account.Label.Shortened(MaxLabel));
        return new TotpEnrolment { Secret = Base32.Encode(secret), Uri = uri, QrSvg = QrCode.Svg(uri) };
    }

    /// <summary>
    /// Confirms the app with a code that it shows. An account that has no recovery codes gets some, unless
    /// <paramref name="withCodes"/> is false.
    /// </summary>
    public async Task<OrRefusal<TotpConfirmed>> ConfirmTotpAsync(
        Guid accountId, string code, string? name, bool withCodes, Origin by, CancellationToken cancel)
    {
        if (!IsName(name)) return NameTooLong;
        var now = clock.Now();
        if (await store.FindPendingAsync(accountId, now - PendingLife, cancel) is not { } app || !secrets.TryOpen(app, out var secret))
            return NotBegun;
        if (Totp.FindStep(secret, Totp.Normalize(code), now, app.LastStep) is not { } step) return Problems.MfaCodeInvalid;

        var codes = withCodes ? RecoveryCodes.New() : [];
        var added = Done(EventKind.FactorAdded, accountId, by, now) with
        {
            Outcome = SecondFactorKinds.Totp,
            Detail = name,
            Notice = await notices.OfAsync(MailKind.FactorAdded, accountId, by, now),
        };
        var first = new TotpUse(app.Id, accountId, step, now);
        var confirmed = await store.TryConfirmAsync(first, name, MaxApps, ToStore(accountId, codes), added);
        if (confirmed is TotpConfirmation.TooMany or TotpConfirmation.Gone) await notices.GiveBackAsync(added);
        switch (confirmed)
        {
            case TotpConfirmation.TooMany: return Problems.TooManyFactors;
            case TotpConfirmation.Gone: return NotBegun;
            default:
                trail.Record(added);
                return new TotpConfirmed { Id = app.Id, RecoveryCodes = confirmed == TotpConfirmation.ConfirmedWithCodes ? codes : null };
        }
    }

    /// <summary>Replaces all recovery codes by new ones.</summary>
    public async Task<OrRefusal<RecoveryCodeList>> RenewCodesAsync(Guid accountId, Origin by)
    {
        var codes = RecoveryCodes.New();
        var now = clock.Now();
        var renewed = Done(EventKind.FactorRecoveryCodesRenewed, accountId, by, now) with
        {
            Notice = await notices.OfAsync(MailKind.FactorAdded, accountId, by, now),
        };
        if (!await store.TryReplaceCodesAsync(accountId, ToStore(accountId, codes), renewed))
        {
            await notices.GiveBackAsync(renewed);
            return Problems.MfaNotEnabled;
        }
        trail.Record(renewed);
        return new RecoveryCodeList { RecoveryCodes = codes };
    }

    /// <summary>Removes an app. The last second factor of an account that needs one stays.</summary>
    public async Task<Refusal?> RemoveAsync(Account account, Guid id, Origin by)
    {
        var now = clock.Now();
        var removed = Done(EventKind.FactorRemoved, account.Id, by, now) with
        {
            Outcome = SecondFactorKinds.Totp,
            Detail = id.ToString(),
            Notice = await notices.OfAsync(MailKind.FactorRemoved, account.Id, by, now),
        };
        var removal = await store.TryRemoveAsync(account.Id, id, rule.AppliesTo(account), removed);
        if (removal != TotpRemoval.Removed) await notices.GiveBackAsync(removed);
        switch (removal)
        {
            case TotpRemoval.NotFound: return Problems.FactorNotFound;
            case TotpRemoval.IsLast: return Problems.LastFactor;
            default:
                trail.Record(removed);
                return null;
        }
    }

    /// <summary>Removes all second factors; false if there are none.</summary>
    public async Task<bool> ResetAsync(Guid accountId, Origin by)
    {
        var now = clock.Now();
        var reset = Done(EventKind.FactorReset, accountId, by, now) with
        {
            Notice = await notices.OfAsync(MailKind.FactorRemoved, accountId, by, now),
        };
        if (!await store.TryResetAsync(accountId, reset))
        {
            await notices.GiveBackAsync(reset);
            return false;
        }
        trail.Record(reset);
        return true;
    }

    /// <summary>Whether an app can have this name. None is one too.</summary>
    public static bool IsName(string? name) => name is null || (name.Length is > 0 and <= MaxName && !name.Any(char.IsControl));

    static Event Done(EventKind kind, Guid accountId, Origin by, DateTimeOffset now) => by.Does(kind, now) with { AccountId = accountId };

    static IReadOnlyList<RecoveryCode> ToStore(Guid accountId, IReadOnlyList<string> codes) =>
        [.. codes.Select(code => RecoveryCodes.ToStore(accountId, code))];
}

using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Accounts.SecondFactors;

/// <summary>Checks the codes of a login: each one works once, on all nodes together.</summary>
sealed class SecondFactorCodes(
    ISecondFactorStore store, IThrottleStore throttles, TotpSecrets secrets, KeyRingService keys, AuditTrail trail, TimeProvider clock,
    ILogger<SecondFactorCodes> log)
{
    /// <summary>
    /// Wrong codes of one account. Three of a million are right at any time, for each app. A thief who knows the password, and tries
    /// as often as this allows for a whole year, has a chance of 1 in 90 with one app.
    /// </summary>
    public static readonly ThrottleRule Guesses = ThrottleRule.Pace(10, TimeSpan.FromDays(1));

    public async Task<bool> HasTotpAsync(Guid accountId, CancellationToken cancel) => (await store.ListAsync(accountId, cancel)).Count > 0;

    public async Task<bool> HasCodesAsync(Guid accountId, CancellationToken cancel) => await store.CountCodesAsync(accountId, cancel) > 0;

    /// <summary>Uses the code of an app up. Returns why it was refused; null if it was right.</summary>
    public async Task<Refusal?> UseTotpAsync(Guid accountId, string code, CancellationToken cancel)
    {
        var now = clock.Now();
        Throttle[] guesses = [new(ThrottleKeys.ForCodesOf(accountId), Guesses)];
        // Counted before its outcome is known, so that parallel guesses are all counted.
        if (await throttles.TryTakeAsync(guesses, now) is { } wait) return new Refusal(Problems.TooManyRequests, RetryAfter: wait);
        foreach (var app in await store.ListAsync(accountId, cancel))
            if (await IsRightAsync(app, Totp.Normalize(code), now))
            {
                await throttles.GiveBackAsync(guesses, now);
                return null;
            }
        return Problems.MfaCodeInvalid;
    }

    /// <summary>Uses a recovery code up. It cannot be guessed, so attempts are not counted: an app whose codes wait does not block it.</summary>
    public async Task<Refusal?> UseRecoveryCodeAsync(Guid accountId, string code, Origin by, CancellationToken cancel)
    {
        var macs = RecoveryCodes.MacsOf(accountId, code, keys.Ring.DataKey);
        var left = macs.Count == 0 ? [] : await store.ListCodesAsync(accountId, cancel);
        if (macs.FirstOrDefault(mac => left.Any(one => one.Mac.AsSpan().SequenceEqual(mac))) is not { } found) return Problems.MfaCodeInvalid;
        var used = by.Does(EventKind.FactorRecoveryCodeUsed, clock.Now()) with { AccountId = accountId };
        if (!await store.TryUseCodeAsync(accountId, found, used)) return Problems.MfaCodeInvalid;
        trail.Record(used);
        return null;
    }

    async Task<bool> IsRightAsync(TotpApp app, string code, DateTimeOffset now)
    {
        if (!secrets.TryOpen(app, out var secret))
        {
            log.SecretNotOpened(app.Id, app.AccountId);
            return false;
        }
        return Totp.FindStep(secret, code, now, app.LastStep) is { } step
            && await store.TryUseAsync(new TotpUse(app.Id, app.AccountId, step, now));
    }
}

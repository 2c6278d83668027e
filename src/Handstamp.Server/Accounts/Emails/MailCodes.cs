using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>
/// Compares codes of six digits. A code has five tries, and an address has ten wrong codes a week, whatever they are for
/// and whatever node they come to: somebody who requests code after code must not get to guess one. A link counts for
/// neither, so strangers cannot keep the owner out. An unknown address costs the same: a hash and the same writes.
/// </summary>
sealed class MailCodes(
    SingleUseSecrets secrets, IThrottleStore throttles, HashingQueue queue, Argon2id argon2id, IOptions<AccountOptions> options,
    TimeProvider clock)
{
    public static readonly ThrottleRule OfAddress = ThrottleRule.Pace(10, TimeSpan.FromDays(7));

    /// <summary>The right code, which is not spent yet, or why there is none.</summary>
    public async Task<OrRefusal<TriedSecret>> TryAsync(
        MailPurpose purpose, string holder, string code, Problem wrong, Origin by, CancellationToken cancel)
    {
        if (!SecretCode.IsOne(code)) return new Refusal(Problems.InvalidRequest, "A code has six digits.") { Field = "code" };
        using var place = queue.TryEnter(by.Address!.Site());
        if (place is null) return HashingQueue.Busy;
        var now = clock.Now();
        Throttle[] attempt =
        [
            new(ThrottleKeys.ForCodesOf(holder), OfAddress),
            new(ThrottleKeys.ForNetwork(by.Address!), options.Value.Throttle.Network),
        ];
        if (await throttles.TryTakeAsync(attempt, now) is { } wait) return new Refusal(Problems.TooManyRequests, RetryAfter: wait);

        if (await place.RunAsync(() => argon2id.Hash(holder), cancel) is null)
        {
            await throttles.GiveBackAsync(attempt, now);
            return HashingQueue.Busy;
        }
        if (await secrets.TryCodeAsync(purpose.Code, holder, code, purpose.Life) is not { } tried) return wrong;
        await throttles.GiveBackAsync(attempt, now);
        return tried;
    }
}

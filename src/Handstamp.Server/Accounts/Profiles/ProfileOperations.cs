using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Profiles;

/// <summary>Reads and changes the profile of an account. Nothing here checks whether the caller is allowed to.</summary>
sealed class ProfileOperations(IProfileStore profiles, AuditTrail trail, IOptions<AccountOptions> options, TimeProvider clock)
{
    // Others change it at the same time: two tabs, two devices.
    const int Tries = 5;

    public Task<Profile> FindAsync(Guid accountId, CancellationToken cancel) => profiles.FindAsync(accountId, cancel);

    /// <summary>The profile after the change, which may be made several times. What it does not name stays as others have set it.</summary>
    public async Task<OrRefusal<Profile>> ChangeAsync(
        Guid accountId, Guid sessionId, Func<Profile, Profile> change, Origin by, CancellationToken cancel)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var from = await profiles.FindAsync(accountId, cancel);
            var to = change(from);
            if (to.FaultSince(from, options.Value.ProfileDataLimit) is var (member, fault)) return new Refusal(Problems.InvalidRequest, fault) { Field = member };
            if (to.ChangedIn(from) is not { } members) return to;
            var changed = Changed(accountId, sessionId, members, by);
            if (!await profiles.TrySetAsync(accountId, from, to, changed)) continue;
            trail.Record(changed);
            return to;
        }
        return Problems.AccountChanged;
    }

    // The values are neither in the audit trail nor in the log. An app may change its data often: a day of a
    // session has one row of them. Another session has its own, so that its changes do not hide these.
    Event Changed(Guid accountId, Guid sessionId, string members, Origin by)
    {
        var now = clock.Now();
        return by.Does(EventKind.AccountProfileChanged, now) with
        {
            AccountId = accountId,
            SessionId = sessionId,
            Detail = members,
            Since = now,
            Tally = EventId.Tally(EventKind.AccountProfileChanged, now.UtcDateTime.Date, accountId, sessionId, members),
        };
    }
}

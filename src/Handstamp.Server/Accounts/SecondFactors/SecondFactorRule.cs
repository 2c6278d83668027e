using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.SecondFactors;

/// <summary>Who needs a second factor, and from when on.</summary>
sealed class SecondFactorRule(
    IAccountStore accounts, ISecondFactorStore factors, IOptions<AccountOptions> options, TimeProvider clock)
{
    readonly AccountOptions _options = options.Value;

    public bool AppliesTo(Account account) =>
        _options.SecondFactor == SecondFactorMode.Required || account.Claims.Roles.Intersect(_options.SecondFactorRoles).Any();

    /// <summary>
    /// Whether an account without a second factor has to add one to log in. The grace begins with the first login to which the
    /// rule applies: an account that exists already, or gets such a role later, has as much time as a new one.
    /// </summary>
    public async ValueTask<bool> DemandsNowAsync(Guid accountId, CancellationToken cancel)
    {
        if (_options is { SecondFactor: SecondFactorMode.Optional, SecondFactorRoles: [] }) return false;
        if (await accounts.FindAsync(accountId, cancel) is not { } account || !AppliesTo(account)) return false;
        var now = clock.Now();
        return now >= await factors.BeginGraceAsync(accountId, now) + _options.SecondFactorGrace;
    }
}

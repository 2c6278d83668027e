using Handstamp.Server.Audit;
using Handstamp.Server.Http;

namespace Handstamp.Server.Accounts.Terms;

/// <summary>The owner of an account accepts a new version of the terms. Nobody is kept out until then.</summary>
sealed class TermsOperations(IAccountStore accounts, ServiceTerms terms, AuditTrail trail, TimeProvider clock)
{
    /// <summary>To accept again what was accepted changes nothing.</summary>
    public async Task<Refusal?> AcceptAsync(Guid accountId, string version, Origin by)
    {
        if (terms.Version is null) return new Refusal(Problems.InvalidRequest, "This service has no terms to accept.");
        if (terms.Fault(version) is { } refusal) return refusal;
        var now = clock.Now();
        var accepted = by.Does(EventKind.AccountTermsAccepted, now) with { AccountId = accountId, Detail = version };
        if (await accounts.TryAcceptTermsAsync(accountId, new AcceptedTerms(version, now), accepted)) trail.Record(accepted);
        return null;
    }
}

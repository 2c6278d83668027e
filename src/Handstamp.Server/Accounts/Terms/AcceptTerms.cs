using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts.Terms;

/// <summary>The body of <c>POST /terms/accept</c>.</summary>
sealed record AcceptTermsRequest(string Version);

/// <summary><c>POST /terms/accept</c>: the caller accepts the version of the terms that is in force.</summary>
sealed class AcceptTerms(TermsOperations terms)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(AccountsJson.Default.AcceptTermsRequest)).Has(out var request, out var refusal)) return refusal;
        return await terms.AcceptAsync(context.Caller().AccountId, request.Version, Origin.Of(context)) ?? EmailProofs.Done(context);
    }
}

using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts.Deletion;

/// <summary>The body of <c>POST /me/restore</c>. A class and not a record: its text must not show the token.</summary>
sealed class RestoreAccountRequest
{
    public required string Token { get; init; }
}

/// <summary><c>POST /me/restore</c>: keeps an account that is to be deleted, with the token of the mail.</summary>
sealed class RestoreAccount(DeletionOperations deletions)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(AccountsJson.Default.RestoreAccountRequest)).Has(out var request, out var refusal)) return refusal;
        return await deletions.CancelAsync(request.Token, Origin.Of(context)) ?? EmailProofs.Done(context);
    }
}

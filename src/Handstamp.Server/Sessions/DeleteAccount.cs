using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Deletion;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Sessions;

/// <summary><c>DELETE /me</c>: the owner deletes the account. It answers when that happens.</summary>
sealed class DeleteAccount(DeletionOperations deletions, RefreshCookie cookie)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        var caller = context.Caller();
        if (!(await deletions.RequestAsync(caller.AccountId, caller.SessionId, Origin.Of(context))).Has(out var pending, out var refusal))
            return refusal;
        if (context.Session().Transport == SessionTransport.Cookie) cookie.Clear(context.Response);
        context.Response.StatusCode = pending.Deleted ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        await context.Response.WriteAsJsonAsync(pending, AccountsJson.Default.PendingDeletion);
        return null;
    }
}

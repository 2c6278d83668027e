using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts;

/// <summary>The body of <c>POST /username/change</c>.</summary>
sealed class ChangeUsernameRequest
{
    public required string Username { get; init; }
}

/// <summary><c>POST /username/change</c>: a username for the caller's account, in place of the one that it has.</summary>
sealed class ChangeUsername(UsernameOperations usernames)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(AccountsJson.Default.ChangeUsernameRequest)).Has(out var request, out var refusal)) return refusal;
        var caller = context.Caller();
        if (await usernames.ChangeAsync(caller.AccountId, caller.SessionId, request.Username, Origin.Of(context)) is { } refused) return refused;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }
}

using System.Globalization;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts.Activity;

/// <summary><c>GET /me/activity</c>: what has happened to the caller's account. The query says which page.</summary>
sealed class ShowActivity(ActivityOperations activity)
{
    const int DefaultPage = 50;

    static readonly Refusal InvalidLimit =
        new(Problems.InvalidRequest, $"The parameter 'limit' must be a number from 1 to {ActivityOperations.MaxPage}.");

    static readonly Refusal InvalidBefore =
        new(Problems.InvalidRequest, "The parameter 'before' must be the 'next' of another page.");

    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!TryReadLimit(context.Request.Query["limit"], out var limit)) return InvalidLimit;
        if (!TryReadBefore(context.Request.Query["before"], out var before)) return InvalidBefore;
        var page = await activity.ReadAsync(context.Caller().AccountId, before, limit, context.RequestAborted);
        await context.Response.WriteAsJsonAsync(page, AccountsJson.Default.ActivityPage);
        return null;
    }

    static bool TryReadLimit(string? text, out int limit)
    {
        limit = DefaultPage;
        return text is null
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is > 0 and <= ActivityOperations.MaxPage);
    }

    /// <summary>Also for the page.</summary>
    public static bool TryReadBefore(string? text, out Guid? before)
    {
        before = Guid.TryParseExact(text, "D", out var id) ? id : null;
        return text is null || before is not null;
    }
}

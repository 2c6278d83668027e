namespace Handstamp.Floor;

/// <summary>An API call and nothing else: no routing, no authentication, no principal.</summary>
sealed class Api(TokenCheck tokens)
{
    public Task HandleAsync(HttpContext context)
    {
        if (tokens.IsGood(context.Request)) return context.Response.WriteAsync("You are welcome.\n");
        if (context.Request.Headers.Authorization.Count > 0) context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}

using Handstamp.Identity.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Identity.Passkeys;

/// <summary>For routes that read a passkey and write it.</summary>
static class TrackedPasskeys
{
    /// <summary>
    /// Identity's store adds a passkey that it does not find. If the app's context does not track, one that was removed after it was read
    /// would be back. A context that tracks it refuses that.
    /// </summary>
    public static ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.RequestServices.GetRequiredService<UsersContext>().Context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.TrackAll;
        return next(context);
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Identity.Api;

/// <summary>Changes of users that another request may overtake.</summary>
static class Overtaking
{
    /// <summary>
    /// The result of the change; null if it failed because another request was faster. Databases and EF Core report that as an
    /// exception, each in its own way, so <paramref name="isOvertaken"/> looks at what is stored by then.
    /// </summary>
    public static async Task<IdentityResult?> UnlessOvertakenAsync<TUser>(
        this HttpContext context, Func<Task<IdentityResult>> change, Func<UserManager<TUser>, Task<bool>> isOvertaken) where TUser : class
    {
        try
        {
            return await change();
        }
        catch (Exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            // Not with the context of the request, which still wants to write what has failed.
            await using var scope = context.RequestServices.CreateAsyncScope();
            if (!await isOvertaken(scope.ServiceProvider.GetRequiredService<UserManager<TUser>>())) throw;
            return null;
        }
    }
}

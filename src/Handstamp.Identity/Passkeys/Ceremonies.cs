using Microsoft.AspNetCore.Identity;

namespace Handstamp.Identity.Passkeys;

/// <summary>The second half of a ceremony, whose first half left its challenge in a cookie.</summary>
static class Ceremonies
{
    static readonly string Identity = typeof(SignInManager<>).Assembly.GetName().Name!;

    /// <summary>
    /// Null if the cookie is missing, or is of another ceremony. Identity throws then, as it does for a fault of its own.
    /// </summary>
    public static async Task<T?> RunAsync<T>(Func<Task<T>> verify) where T : class
    {
        try
        {
            return await verify();
        }
        catch (InvalidOperationException missing) when (missing.Source == Identity)
        {
            return null;
        }
    }
}

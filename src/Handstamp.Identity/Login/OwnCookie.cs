using System.Security.Claims;
using Handstamp.Identity.Sessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Handstamp.Identity.Login;

/// <summary>The cookie of Identity, if the caller has one. It is no session of ours: Identity itself checks its stamp now and then.</summary>
sealed class OwnCookie<TUser>(SignInManager<TUser> signIn, IAuthenticationSchemeProvider schemes, IOptions<HandstampIdentityOptions> options)
    where TUser : class
{
    /// <summary>Whether the app has such cookies.</summary>
    public async Task<bool> IsOfferedAsync() => await schemes.GetSchemeAsync(IdentityConstants.ApplicationScheme) is not null;

    /// <summary>
    /// Whether a change of credentials by this caller gives the caller a new cookie. One whose stamp has changed
    /// before, elsewhere, gets none.
    /// </summary>
    public async Task<bool> GoesOnAsync(ClaimsPrincipal caller) =>
        options.Value.WhenCredentialsChange != CredentialChange.EndAllSessions
        && caller.SessionId() is null
        && await signIn.ValidateSecurityStampAsync(caller) is not null;

    /// <summary>After a change of credentials, the caller's browser stays logged in.</summary>
    public Task RenewAsync(TUser user) => signIn.RefreshSignInAsync(user);

    /// <summary>The caller's browser is logged out.</summary>
    public async Task TakeBackAsync()
    {
        if (await IsOfferedAsync()) await signIn.Context.SignOutAsync(IdentityConstants.ApplicationScheme);
    }
}

using System.Security.Claims;
using Handstamp.Server.Accounts;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Identity;

namespace Handstamp.Identity.Users;

/// <summary>
/// The claims of a user in an access token, and back. What Identity's factory puts into a principal goes into the token, so the app finds
/// in the token what it has put there, except under names that the token needs itself.
/// </summary>
static class UserClaims
{
    /// <summary>The session, as in the token.</summary>
    public const string Session = "sid";

    /// <summary>How the person has logged in, as in the token and in Identity's principals.</summary>
    public const string Method = "amr";

    // The names of OpenID Connect Core §5.1, which other services read.
    const string Name = "name";
    const string Email = "email";

    // In UTF-16 code units of their JSON: verifiers refuse tokens over 8 KiB.
    const int MaxLength = 4096;

    /// <summary>The roles and the other claims; without the other ones, or without any, if they are too long for a token.</summary>
    public static AccountClaims Of(ClaimsPrincipal principal, ClaimsIdentityOptions types, out bool isShortened)
    {
        var roles = principal.Claims.Where(claim => claim.Type == types.RoleClaimType).Select(claim => claim.Value).ToList();
        List<AccountClaim> others =
        [
            .. First(principal, types.UserNameClaimType, Name), .. First(principal, types.EmailClaimType, Email),
            .. principal.Claims.Where(claim => !IsOwn(claim.Type, types)).Select(claim => new AccountClaim(claim.Type, claim.Value)),
        ];
        AccountClaims[] choices =
        [
            roles.Count + others.Count == 0 ? AccountClaims.None : new AccountClaims { Roles = roles, Custom = others },
            new AccountClaims { Roles = roles },
        ];
        var fitting = choices.FirstOrDefault(claims => !(claims.ToJson()?.Length > MaxLength));
        isShortened = fitting != choices[0];
        return fitting ?? AccountClaims.None;
    }

    /// <summary>The caller, with the claim types that the app has chosen for Identity.</summary>
    public static ClaimsIdentity ToIdentity(AccessToken token, ClaimsIdentityOptions types, string scheme)
    {
        var identity = new ClaimsIdentity(scheme, types.UserNameClaimType, types.RoleClaimType);
        identity.AddClaim(new Claim(types.UserIdClaimType, token.Subject));
        if (token.SessionId is { } session) identity.AddClaim(new Claim(Session, session.ToString()));
        identity.AddClaims(token.Roles.Select(role => new Claim(types.RoleClaimType, role)));
        identity.AddClaims(token.AuthenticationMethods.Select(method => new Claim(Method, method)));
        identity.AddClaims(token.Others.Select(claim => new Claim(TypeOf(claim.Name, types), claim.Value)));
        return identity;
    }

    // Identity's own comes before those that the app has given the user.
    static IEnumerable<AccountClaim> First(ClaimsPrincipal principal, string type, string name) =>
        principal.Claims.Where(claim => claim.Type == type).Take(1).Select(claim => new AccountClaim(name, claim.Value));

    // Those that Identity makes, and names that the token gives a meaning: a claim of the app would be taken for the service's.
    static bool IsOwn(string type, ClaimsIdentityOptions types) =>
        type == types.RoleClaimType || type == types.UserIdClaimType || type == types.SecurityStampClaimType
        || type == types.UserNameClaimType || type == types.EmailClaimType || AccessToken.IsReserved(type)
        || type.Equals(Name, StringComparison.OrdinalIgnoreCase) || type.Equals(Email, StringComparison.OrdinalIgnoreCase);

    static string TypeOf(string name, ClaimsIdentityOptions types) =>
        name == Name ? types.UserNameClaimType : name == Email ? types.EmailClaimType : name;
}

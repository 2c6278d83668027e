using System.Security.Claims;
using Handstamp.Identity.Users;
using Handstamp.Server.Sessions;
using Microsoft.AspNetCore.Identity;

namespace Handstamp.Identity.Sessions;

/// <summary>The session that a login wants.</summary>
/// <param name="Methods">How the person has logged in, as RFC 8176 names it.</param>
sealed record SessionRequest(IReadOnlyList<string> Methods)
{
    /// <summary>The user's stamp when the person was verified; null if it was read with the user.</summary>
    public string? SecurityStamp { get; init; }

    public SessionTransport Transport { get; init; }

    /// <summary>The name in the device list.</summary>
    public string? DeviceName { get; init; }
}

static class CallerExtensions
{
    /// <summary>
    /// What our scheme has made of the caller's access token; null if a cookie of Identity authenticates the caller. A claim of another
    /// identity may have the name of one of ours.
    /// </summary>
    public static ClaimsIdentity? OfToken(this ClaimsPrincipal caller) =>
        caller.Identities.FirstOrDefault(identity => identity.AuthenticationType == IdentityConstants.BearerScheme);

    /// <summary>The session of the caller's access token.</summary>
    public static Guid? SessionId(this ClaimsPrincipal caller) =>
        Guid.TryParseExact(caller.OfToken()?.FindFirst(UserClaims.Session)?.Value, "D", out var id) ? id : null;
}

using System.Text.Json;
using Microsoft.AspNetCore.Identity;

namespace Handstamp.Identity;

/// <summary>Which routes <c>MapHandstampIdentityApi</c> maps, and what they do beyond those of <c>MapIdentityApi</c>.</summary>
/// <typeparam name="TUser">The app's users.</typeparam>
public sealed class IdentityApiOptions<TUser> where TUser : class
{
    /// <summary>
    /// The routes to map, by default all. An app that wants another behaviour switches a route off, and maps its own at
    /// the same path.
    /// </summary>
    public IdentityRoutes Routes { get; set; } = IdentityRoutes.All;

    /// <summary>
    /// Takes the other members of the body of <c>POST /register</c> into the new user, before the user is stored. It
    /// gets the members as they were sent: nothing has been checked. A failed result refuses the registration with a
    /// validation problem that has the codes of its errors. Without it, other members are ignored.
    /// </summary>
    public Func<TUser, IReadOnlyDictionary<string, JsonElement>, ValueTask<IdentityResult>>? Register { get; set; }

    /// <summary>
    /// The page that the links in mails lead to, such as <c>https://example.com/confirm</c>. The link has <c>userId</c>,
    /// <c>code</c> and, for a new address, <c>changedEmail</c> in its query, and the page passes these on to
    /// <c>GET /confirmEmail</c>. By default the links lead to that route itself, on the host of
    /// <see cref="HandstampIdentityOptions.Issuer"/>. If that is not set, the request names the host, and anybody can name another.
    /// </summary>
    public Uri? ConfirmationPage { get; set; }

    internal bool Has(IdentityRoutes route) => Routes.HasFlag(route);

    internal void Validate()
    {
        if (ConfirmationPage is { IsAbsoluteUri: false })
            throw new InvalidOperationException("ConfirmationPage must be an absolute address.");
        const IdentityRoutes Senders = IdentityRoutes.Register | IdentityRoutes.ResendConfirmationEmail | IdentityRoutes.Info;
        if (!Has(IdentityRoutes.ConfirmEmail) && ConfirmationPage is null && (Routes & Senders) != 0)
            throw new InvalidOperationException("Without the route ConfirmEmail, set ConfirmationPage: the links in mails have to lead to a page.");
    }
}

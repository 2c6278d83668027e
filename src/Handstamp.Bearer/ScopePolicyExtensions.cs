using Handstamp.Bearer;
using Microsoft.AspNetCore.Authorization;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Policies for a token's scope.</summary>
public static class ScopePolicyExtensions
{
    /// <summary>
    /// Requires that the token's <c>scope</c> has <paramref name="scope"/>. A token without it is answered with 403
    /// and <c>WWW-Authenticate: Bearer error="insufficient_scope"</c>, which names the scope (RFC 6750 §3.1). To
    /// require several scopes, call this several times.
    /// </summary>
    /// <exception cref="ArgumentException">The text is not a single scope as defined in RFC 6749 §3.3.</exception>
    public static AuthorizationPolicyBuilder RequireScope(this AuthorizationPolicyBuilder policy, string scope) =>
        policy.AddRequirements(new ScopeRequirement(scope));
}

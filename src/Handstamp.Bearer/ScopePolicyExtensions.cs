using Handstamp.Bearer;
using Microsoft.AspNetCore.Authorization;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Policies over a token's scope.</summary>
public static class ScopePolicyExtensions
{
    /// <summary>
    /// Demands that the token's <c>scope</c> holds <paramref name="scope"/>; a token without it is answered with 403
    /// and <c>WWW-Authenticate: Bearer error="insufficient_scope"</c>, which names it (RFC 6750 §3.1). To demand
    /// several, say so several times.
    /// </summary>
    /// <exception cref="ArgumentException">It is not one scope as RFC 6749 §3.3 writes them.</exception>
    public static AuthorizationPolicyBuilder RequireScope(this AuthorizationPolicyBuilder policy, string scope) =>
        policy.AddRequirements(new ScopeRequirement(scope));
}

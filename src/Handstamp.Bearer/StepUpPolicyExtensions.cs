using Handstamp.Bearer;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Authorization;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Policies for when and how strongly the person has authenticated (RFC 9470).</summary>
public static class StepUpPolicyExtensions
{
    /// <summary>
    /// Requires that the person has authenticated within the last <paramref name="age"/>, according to the token's
    /// <c>auth_time</c>. An older token is answered with 401 and <c>WWW-Authenticate: Bearer
    /// error="insufficient_user_authentication"</c>, with the seconds as <c>max_age</c> (RFC 9470 §3). The client then
    /// asks the person to authenticate again. A refresh does not help, because it is not an authentication.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The age is shorter than a second.</exception>
    public static AuthorizationPolicyBuilder RequireAuthenticationWithin(this AuthorizationPolicyBuilder policy, TimeSpan age) =>
        policy.AddRequirements(new AgeRequirement(age));

    /// <summary>
    /// Requires that the token's <c>acr</c> is <paramref name="acr"/> or a stronger one: one factor (<c>1</c>), two factors
    /// (<c>2</c>), a passkey (<c>phr</c>), a passkey that cannot leave its device (<c>phrh</c>). A weaker one is answered
    /// with 401 and <c>WWW-Authenticate: Bearer error="insufficient_user_authentication"</c>, with the sufficient values as
    /// <c>acr_values</c> (RFC 9470 §3).
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The value is not one of <see cref="AuthenticationContexts.All"/>.
    /// </exception>
    public static AuthorizationPolicyBuilder RequireAcr(this AuthorizationPolicyBuilder policy, string acr) =>
        policy.AddRequirements(new AcrRequirement(acr));
}

using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Http;

/// <summary>Demands the solution of a challenge from those who may be part of an attack.</summary>
interface IChallengeGate
{
    /// <summary>Whether a visitor from this address has to solve one.</summary>
    bool IsDemanded(HttpContext context);

    /// <summary>
    /// Why this attempt at a login has to wait for a solution; null if it can go on. The request brings its solution in a header,
    /// a form in a field.
    /// </summary>
    ValueTask<Refusal?> RefuseAsync(HttpContext context, string canonical, string? solution = null);

    /// <summary>The same for a registration or a mail, of which each counts as an attempt, whatever becomes of it.</summary>
    ValueTask<Refusal?> RefuseRequestAsync(HttpContext context, string canonical, string? solution = null);
}

namespace Handstamp.Server.Http;

/// <summary>
/// The challenge for a request that needs a bearer token, and what was wrong with the token in it (RFC 6750 §3).
/// </summary>
static class BearerChallenge
{
    public const string Scheme = "Bearer";

    /// <summary>The refusal of a request without a token: it gets no error code.</summary>
    public static Refusal ForMissing(Problem problem, string? detail = null) => new(problem, detail) { Challenge = Scheme };

    public static Refusal ForInvalid(Problem problem, string? detail = null) => new(problem, detail)
    {
        Challenge = $"{Scheme} error=\"invalid_token\", error_description=\"{problem.Title}\", code=\"{problem.Code}\"",
    };

    /// <summary>The token is valid, but the person has to authenticate again (RFC 9470 §3).</summary>
    public static Refusal ForOldLogin(Problem problem, TimeSpan maxAge) => new(problem)
    {
        Challenge = $"{Scheme} error=\"{problem.OAuthError}\", error_description=\"{problem.Title}\", "
            + $"max_age=\"{(long)maxAge.TotalSeconds}\", code=\"{problem.Code}\"",
    };
}

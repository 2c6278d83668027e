namespace Handstamp.Server.Http;

/// <summary>
/// An entry of the error table: what a refusal is called, its status, whether the caller shall give its tokens up,
/// and the sentence that people read. The page is <c>docs/errors/{code}.md</c>.
/// </summary>
sealed record Problem(string Code, int Status, string Title, bool Definitive = false);

/// <summary>A problem as one request meets it. The detail is for the caller, as in <see cref="ProblemWriter"/>.</summary>
sealed record Refusal(Problem Problem, string? Detail = null, TimeSpan? RetryAfter = null);

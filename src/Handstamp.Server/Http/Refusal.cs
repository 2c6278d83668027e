using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Http;

/// <summary>
/// A problem as one request meets it. Gates, handlers and operations return it; the endpoint knows the form in which it is
/// written. The detail is for the caller: it names the fault, and never holds a secret or text of an exception.
/// </summary>
sealed record Refusal(Problem Problem, string? Detail = null, TimeSpan? RetryAfter = null)
{
    /// <summary>How the caller can authenticate: <c>WWW-Authenticate</c>.</summary>
    public string? Challenge { get; init; }

    /// <summary>The member of the request that is at fault, if it is one: a page shows the refusal below that field.</summary>
    public string? Field { get; init; }

    /// <summary>The rule that was broken, if the problem has several: a stable name for programs.</summary>
    public string? Rule { get; init; }

    /// <summary>
    /// Writes further members of the problem details (RFC 9457 §3.2). They may hold secrets for the caller, so they have no text.
    /// </summary>
    public Action<Utf8JsonWriter>? Members { get; init; }

    public static implicit operator Refusal(Problem problem) => new(problem);

    /// <summary>The status and the headers, which are the same in every format.</summary>
    public void WriteHead(HttpResponse response)
    {
        response.StatusCode = Problem.Status;
        var headers = response.Headers;
        headers.CacheControl = "no-store";
        if (Challenge is not null) headers.WWWAuthenticate = Challenge;
        if (RetryAfter is { } pause)
            headers.RetryAfter = Math.Max(1, Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>
/// Writes a refusal in the format that the endpoint's callers understand: the endpoint has one in its metadata.
/// </summary>
interface IRefusalWriter
{
    Task RefuseAsync(HttpContext context, Refusal refusal);
}

/// <summary>
/// Marks a route that people look at. A refusal is shown as a page. The route is not part of the API, so scripts of
/// other origins may not read it.
/// </summary>
interface IPageRoute : IRefusalWriter;

using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Http;

/// <summary>Answers with a <see cref="Problem"/> as RFC 9457 problem details.</summary>
static class ProblemWriter
{
    public static Task WriteProblemAsync(this HttpContext context, Refusal refusal) =>
        context.WriteProblemAsync(refusal.Problem, refusal.Detail, refusal.RetryAfter);

    /// <summary>
    /// Writes <paramref name="problem"/>. The detail is for the caller: it names the fault, and never holds a secret
    /// or text of an exception.
    /// </summary>
    public static async Task WriteProblemAsync(
        this HttpContext context, Problem problem, string? detail = null, TimeSpan? retryAfter = null)
    {
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } pause)
            response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

        var body = new ArrayBufferWriter<byte>(512);
        var page = context.RequestServices.GetRequiredService<IOptions<HandstampOptions>>().Value
            .PathOf(context.Request, $"/errors/{problem.Code}");
        WriteTo(body, problem, page, detail);
        response.ContentLength = body.WrittenCount;
        await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    static void WriteTo(IBufferWriter<byte> body, Problem problem, string page, string? detail)
    {
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("type"u8, page);
        json.WriteString("title"u8, problem.Title);
        json.WriteNumber("status"u8, problem.Status);
        json.WriteString("code"u8, problem.Code);
        json.WriteBoolean("definitive"u8, problem.Definitive);
        if (detail is not null) json.WriteString("detail"u8, detail);
        json.WriteEndObject();
    }
}

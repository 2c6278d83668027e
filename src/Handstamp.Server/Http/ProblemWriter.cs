using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Http;

/// <summary>The format of the JSON routes, and of all routes without another one: problem details (RFC 9457).</summary>
sealed class ProblemWriter(IOptions<HandstampOptions> service) : IRefusalWriter
{
    public async Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        var body = new ArrayBufferWriter<byte>(512);
        WriteTo(body, refusal, service.Value.PathOf(context.Request, ReferencePages.Error(refusal.Problem)));
        refusal.WriteHead(context.Response);
        context.Response.ContentType = "application/problem+json";
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    static void WriteTo(IBufferWriter<byte> body, Refusal refusal, string page)
    {
        var problem = refusal.Problem;
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("type"u8, page);
        json.WriteString("title"u8, problem.Title);
        json.WriteNumber("status"u8, problem.Status);
        json.WriteString("code"u8, problem.Code);
        json.WriteBoolean("definitive"u8, problem.Definitive);
        if (refusal.Detail is { } detail) json.WriteString("detail"u8, detail);
        if (refusal.Rule is { } rule) json.WriteString("rule"u8, rule);
        refusal.Members?.Invoke(json);
        json.WriteEndObject();
    }
}

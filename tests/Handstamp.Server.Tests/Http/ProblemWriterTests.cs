using System.Text;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Http;

/// <summary>A refusal as problem details (RFC 9457 §3).</summary>
public sealed class ProblemWriterTests
{
    static async Task<(string Body, HttpResponse Response)> WriteAsync(Refusal refusal)
    {
        var context = new DefaultHttpContext();
        context.Request.PathBase = "/sub";
        using var body = new MemoryStream();
        context.Response.Body = body;
        await new ProblemWriter(Options.Create(new HandstampOptions { BasePath = "/auth" })).RefuseAsync(context, refusal);
        Assert.Equal(body.Length, context.Response.ContentLength);
        return (Encoding.UTF8.GetString(body.ToArray()), context.Response);
    }

    [Fact]
    public async Task A_problem_has_its_page_title_status_code_and_what_a_client_does()
    {
        var (body, response) = await WriteAsync(Problems.SessionExpired);

        Assert.Equal(
            $$"""{"type":"/sub/auth/errors/session_expired","title":"{{Problems.SessionExpired.Title}}","status":401,"code":"session_expired","definitive":true}""",
            body);
        Assert.Equal((401, "application/problem+json"), (response.StatusCode, response.ContentType));
    }

    [Fact]
    public async Task What_one_request_adds_is_behind_it()
    {
        var (body, _) = await WriteAsync(new Refusal(Problems.NotFound, "Nothing is here.")
        {
            Rule = "length",
            Members = json => json.WriteNumber("more"u8, 7),
        });

        Assert.EndsWith(""","definitive":false,"detail":"Nothing is here.","rule":"length","more":7}""", body, StringComparison.Ordinal);
    }
}

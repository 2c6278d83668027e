using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Xunit;

namespace Handstamp.Server.Tests.Http;

/// <summary>The documents that the service serves about itself.</summary>
public sealed class ReferencePagesTests
{
    static Task<HttpResponseMessage> GetAsync(HandstampApp app, string route, string accept = "*/*") =>
        app.SendAsync(HttpMethod.Get, route, change: request => request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept)));

    [Fact]
    public async Task A_program_gets_the_text_of_a_problem_and_a_browser_its_page()
    {
        await using var app = await HandstampApp.StartAsync();
        using var text = await GetAsync(app, "/errors/invalid_request");
        using var page = await GetAsync(app, "/errors/invalid_request", "text/html");

        Assert.Equal("text/markdown; charset=utf-8", text.Content.Headers.ContentType!.ToString());
        Assert.StartsWith("# invalid_request\n", await text.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((TimeSpan.FromHours(1), true), (text.Headers.CacheControl!.MaxAge!.Value, text.Headers.CacheControl.Public));
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.All([text, page], answer => Assert.Contains("Accept", answer.Headers.Vary));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("README")]
    [InlineData("invalid_request.md")]
    public async Task Only_problems_have_a_page(string code)
    {
        await using var app = await HandstampApp.StartAsync();
        using var answer = await GetAsync(app, $"/errors/{code}");

        Assert.Equal((404, "not_found"), ((int)answer.StatusCode, (await ProblemAnswer.ReadAsync(answer)).Code));
    }

    [Fact]
    public async Task The_OpenAPI_document_is_served_as_JSON()
    {
        await using var app = await HandstampApp.StartAsync();
        using var answer = await GetAsync(app, "/openapi.json");

        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType!.ToString()));
        Assert.StartsWith("3.", JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("openapi").GetString(), StringComparison.Ordinal);
    }
}

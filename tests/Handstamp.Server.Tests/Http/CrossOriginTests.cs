using System.Net;
using Xunit;

namespace Handstamp.Server.Tests.Http;

/// <summary>What pages of other origins may call and read (Fetch §3.3).</summary>
public sealed class CrossOriginTests
{
    const string Allowed = "https://app.example.com";

    static Task<HandstampApp> StartAsync() => HandstampApp.StartAsync(new() { ["Cors:AllowedOrigins:0"] = Allowed });

    static Task<HttpResponseMessage> AskAsync(HandstampApp app, string method, string route, string origin = Allowed) =>
        app.SendAsync(HttpMethod.Options, route, change: request =>
        {
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Access-Control-Request-Method", method);
            request.Headers.Add("Access-Control-Request-Headers", "authorization");
        });

    static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues($"Access-Control-{name}", out var values) ? string.Join(",", values) : null;

    static bool Varies(HttpResponseMessage answer) => answer.Headers.Vary.Contains("Origin");

    [Theory]
    [InlineData("GET", "/sessions")]
    [InlineData("POST", "/login")]
    [InlineData("POST", "/refresh")]
    [InlineData("PATCH", "/me")]
    [InlineData("DELETE", "/refresh")]
    public async Task A_page_of_an_allowed_origin_may_call_each_route_with_its_headers(string method, string route)
    {
        await using var app = await StartAsync();

        using var answer = await AskAsync(app, method, route);

        Assert.Equal((HttpStatusCode.NoContent, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal((Allowed, "true", "3600"), (Header(answer, "Allow-Origin"), Header(answer, "Allow-Credentials"), Header(answer, "Max-Age")));
        Assert.Equal("GET,POST,PATCH,DELETE", Header(answer, "Allow-Methods"));
        Assert.Equal("Authorization,Content-Type,DPoP,Altcha,Siteverify", Header(answer, "Allow-Headers"));
        Assert.True(Varies(answer));
    }

    [Fact]
    public async Task A_page_of_an_allowed_origin_reads_the_answer_and_its_headers()
    {
        await using var app = await StartAsync();

        using var answer = await app.SendAsync(HttpMethod.Get, "/me", change: request => request.Headers.Add("Origin", Allowed));

        Assert.Equal((Allowed, "true"), (Header(answer, "Allow-Origin"), Header(answer, "Allow-Credentials")));
        Assert.Equal("Retry-After,WWW-Authenticate,DPoP-Nonce", Header(answer, "Expose-Headers"));
        Assert.True(Varies(answer));
    }

    [Fact]
    public async Task Another_origin_reads_nothing_and_no_cache_mixes_the_answers_up()
    {
        await using var app = await StartAsync();
        using var preflight = await AskAsync(app, "GET", "/me", "https://other.example.com");
        using var other = await app.SendAsync(HttpMethod.Get, "/me", change: request => request.Headers.Add("Origin", "https://other.example.com"));
        using var none = await app.SendAsync(HttpMethod.Get, "/me");

        Assert.All([preflight, other, none], answer =>
        {
            Assert.Null(Header(answer, "Allow-Origin"));
            Assert.True(Varies(answer));
        });
    }

    [Fact]
    public async Task A_page_of_the_service_is_no_part_of_the_API()
    {
        await using var app = await StartAsync();
        using var preflight = await AskAsync(app, "POST", "/account/login");
        using var page = await app.SendAsync(HttpMethod.Get, "/account/login", change: request => request.Headers.Add("Origin", Allowed));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, preflight.StatusCode);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Null(Header(page, "Allow-Origin"));
        Assert.False(Varies(page));
    }

    [Fact]
    public async Task An_address_without_a_route_is_still_not_found()
    {
        await using var app = await StartAsync();
        using var answer = await app.SendAsync(HttpMethod.Get, "/nowhere");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Without_an_allowed_origin_nothing_is_answered()
    {
        await using var app = await HandstampApp.StartAsync();
        using var preflight = await AskAsync(app, "POST", "/login");
        using var answer = await app.SendAsync(HttpMethod.Get, "/me", change: request => request.Headers.Add("Origin", Allowed));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, preflight.StatusCode);
        Assert.Null(Header(answer, "Allow-Origin"));
        Assert.False(Varies(answer));
    }
}

using Handstamp.Server.Http;
using Handstamp.Server.Tests.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.Http;

public sealed class EdgeTests
{
    [Fact]
    public async Task Every_answer_carries_the_security_headers()
    {
        await using var app = await HandstampApp.StartAsync();
        foreach (var route in new[] { "/login", "/refresh", "/me", "/health/live", "/.well-known/jwks.json" })
        {
            using var answer = await app.SendAsync(route is "/login" or "/refresh" ? HttpMethod.Post : HttpMethod.Get, route);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
            Assert.StartsWith("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Equal(route != "/.well-known/jwks.json", answer.Headers.CacheControl!.NoStore);
        }
    }

    [Theory]
    [InlineData("https://auth.example.com", true)]
    [InlineData("http://auth.example.com", false)]
    public async Task Browsers_must_use_https_if_the_issuer_uses_it(string issuer, bool held)
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Issuer"] = issuer });
        using var answer = await app.SendAsync(HttpMethod.Get, "/health/live");
        Assert.Equal(held ? ["max-age=31536000"] : [], answer.Headers.TryGetValues("Strict-Transport-Security", out var values) ? values : []);
    }

    [Fact]
    public async Task An_unavailable_database_is_reported_as_a_temporary_fault()
    {
        var (app, sessions) = await InterleavedSessions.StartAsync();
        await using var running = app;
        var login = await app.RegisterAndLoginAsync();
        sessions.AfterFind = () => throw new StorageUnavailableException("The disk is full.");

        var problem = await ProblemAnswer.ReadAsync(await app.RefreshAsync(login.RefreshToken!));

        Assert.Equal((503, "storage_unavailable", false), (problem.Status, problem.Code, problem.Definitive));
        Assert.Equal(TimeSpan.FromSeconds(2), problem.RetryAfter);
        Assert.Contains("The disk is full.", Assert.Single(app.Logs.Of(4000)), StringComparison.Ordinal);
        await app.RefreshedAsync(login.RefreshToken!);
    }

    [Fact]
    public async Task A_bug_is_logged_and_its_text_is_not_revealed()
    {
        var (app, sessions) = await InterleavedSessions.StartAsync();
        await using var running = app;
        var login = await app.RegisterAndLoginAsync();
        sessions.AfterFind = () => throw new InvalidOperationException("inner workings");

        using var answer = await app.RefreshAsync(login.RefreshToken!);

        Assert.Equal("internal_error", (await ProblemAnswer.ReadAsync(answer)).Code);
        Assert.DoesNotContain("inner workings", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(app.Logs.Lines, line => line.Contains("inner workings", StringComparison.Ordinal));
    }

    [Fact]
    public void A_fault_of_the_database_may_pass_unless_it_says_otherwise() => Assert.True(new StorageUnavailableException("The disk is full.").MayPass);
}

using System.Net;
using Handstamp.Server.Clients;
using Handstamp.Server.Http;
using Handstamp.Server.Tests.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.Http;

/// <summary>One refusal, three forms. The kind of endpoint decides the form; the gate and the operation do not.</summary>
public sealed class RefusalFormTests
{
    [Fact]
    public async Task The_same_gate_refuses_as_a_problem_on_the_feed_and_in_OAuths_form_at_introspection()
    {
        await using var app = await HandstampApp.StartAsync();
        using var feed = await app.SendAsync(HttpMethod.Get, "/revocations", accessToken: "hsa_nobody");
        using var introspection = await app.SendAsync(HttpMethod.Post, "/oauth/introspect", accessToken: "hsa_nobody");

        var (problem, error) = (await ProblemAnswer.ReadAsync(feed), await OAuthErrorAnswer.ReadAsync(introspection));

        Assert.Equal((401, "resource_server_unauthorized"), (problem.Status, problem.Code));
        Assert.Equal((401, "invalid_token", "resource_server_unauthorized"), (error.Status, error.Error, error.Code));
        Assert.Equal(problem.Detail, error.Description);
        Assert.Equal(
            "Bearer error=\"invalid_token\", error_description=\"This route needs the credential of a resource server.\", "
            + "code=\"resource_server_unauthorized\"",
            feed.Headers.WwwAuthenticate.ToString());
        Assert.Equal(feed.Headers.WwwAuthenticate.ToString(), introspection.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task A_fault_is_reported_in_the_form_of_the_route_and_with_the_same_pause()
    {
        var (app, sessions) = await InterleavedSessions.StartAsync();
        await using var running = app;
        var login = await app.RegisterAndLoginAsync();
        var credential = ResourceServerCredential.Create("orders");
        await app.Get<IResourceServerStore>().TryAddAsync(new(credential.Name, credential.SecretHash, app.Clock.GetUtcNow()));
        Task FailAsync() => throw new StorageUnavailableException("The disk is full.");

        sessions.AfterFind = FailAsync;
        var problem = await ProblemAnswer.ReadAsync(await app.SendAsync(HttpMethod.Get, "/me", accessToken: login.AccessToken));
        sessions.AfterFind = FailAsync;
        var error = await OAuthErrorAnswer.ReadAsync(await app.SendAsync(
            HttpMethod.Post, "/oauth/introspect", accessToken: credential.Reveal(),
            change: request => request.Content = new FormUrlEncodedContent([new("token", login.AccessToken)])));

        Assert.Equal((503, "storage_unavailable"), (problem.Status, problem.Code));
        Assert.Equal((503, "temporarily_unavailable", "storage_unavailable"), (error.Status, error.Error, error.Code));
        Assert.NotNull(problem.RetryAfter);
        Assert.Equal(problem.RetryAfter, error.RetryAfter);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused_with_a_page()
    {
        await using var app = await HandstampApp.StartAsync();
        using var answer = await app.SendAsync(HttpMethod.Post, "/account/login", change: request =>
            request.Content = new FormUrlEncodedContent([new("form", ""), new("email", "a"), new("password", "b"), new("return", "")]));

        Assert.Equal((HttpStatusCode.Forbidden, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains("The form was made for another browser", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("form_not_ours")]
    [InlineData("passwords_differ")]
    public async Task Refusals_that_only_the_pages_make_have_a_page_in_the_reference(string code)
    {
        await using var app = await HandstampApp.StartAsync();
        using var page = await app.SendAsync(HttpMethod.Get, $"/errors/{code}");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.StartsWith($"# {code}\n", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}

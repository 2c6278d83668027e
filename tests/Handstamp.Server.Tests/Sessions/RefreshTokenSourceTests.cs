using System.Net;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>Where a request carries its refresh token, and what else it may say about it.</summary>
public sealed class RefreshTokenSourceTests
{
    [Fact]
    public async Task A_token_in_the_query_is_refused_unless_it_is_allowed()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        var answer = await app.SendAsync(HttpMethod.Post, $"/refresh?refresh_token={login.RefreshToken}");
        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal((400, "refresh_token_in_query", false), (problem.Status, problem.Code, problem.Definitive));

        await using var lax = await HandstampApp.StartAsync(new() { ["Sessions:AllowRefreshTokenInQuery"] = "true" });
        var other = await lax.RegisterAndLoginAsync();
        var allowed = await lax.SendAsync(HttpMethod.Post, $"/refresh?refresh_token={other.RefreshToken}");
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [Fact]
    public async Task Without_a_token_the_answer_is_that_nobody_is_logged_in()
    {
        await using var app = await HandstampApp.StartAsync();

        foreach (var method in (HttpMethod[])[HttpMethod.Post, HttpMethod.Delete])
        {
            var problem = await ProblemAnswer.ReadAsync(await app.SendAsync(method, "/refresh"));
            Assert.Equal((401, "refresh_token_missing", true), (problem.Status, problem.Code, problem.Definitive));
        }
    }

    [Fact]
    public async Task An_access_token_is_refused_with_a_message_that_names_it()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();

        var problem = await ProblemAnswer.ReadAsync(await app.RefreshAsync(login.AccessToken));

        Assert.Equal((401, "refresh_token_invalid", true), (problem.Status, problem.Code, problem.Definitive));
        Assert.Equal("This looks like an access token. A refresh token begins with hsr_.", problem.Detail);
    }

    [Fact]
    public async Task A_token_that_an_api_found_exposed_ends_the_session_with_that_reason()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();

        using var answer = await app.SendAsync(HttpMethod.Delete, "/refresh", new { refresh_token = login.RefreshToken, exposed = true });

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(EndReason.Exposed, (await app.Get<ISessionStore>().FindAsync(login.SessionId, default))!.End!.Reason);
    }

    [Fact]
    public async Task A_token_in_the_address_ends_its_session_as_a_logout()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Sessions:AllowRefreshTokenInQuery"] = "true" });
        var login = await app.RegisterAndLoginAsync();

        using var answer = await app.SendAsync(HttpMethod.Delete, $"/refresh?refresh_token={login.RefreshToken}");

        Assert.Equal(EndReason.Logout, (await app.Get<ISessionStore>().FindAsync(login.SessionId, default))!.End!.Reason);
    }

    [Fact]
    public async Task The_end_of_a_session_is_for_no_api()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();

        using var answer = await app.SendAsync(HttpMethod.Delete, "/refresh", new { refresh_token = login.RefreshToken, resource = HandstampApp.Issuer });

        Assert.Equal("The member 'resource' is not allowed here.", (await ProblemAnswer.ReadAsync(answer)).Detail);
    }

    [Fact]
    public async Task Other_text_is_refused_without_a_guess()
    {
        await using var app = await HandstampApp.StartAsync();

        var refused = await ProblemAnswer.ReadAsync(await app.RefreshAsync("nonsense"));

        Assert.Equal(("refresh_token_invalid", (string?)null), (refused.Code, refused.Detail));
    }

    [Fact]
    public async Task Only_a_request_that_ends_a_session_may_call_its_token_exposed()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();

        using var answer = await app.PostAsync("/refresh", new { refresh_token = login.RefreshToken, exposed = true });

        Assert.Equal("The member 'exposed' is not allowed here.", (await ProblemAnswer.ReadAsync(answer)).Detail);
        await app.RefreshedAsync(login.RefreshToken!);
    }
}

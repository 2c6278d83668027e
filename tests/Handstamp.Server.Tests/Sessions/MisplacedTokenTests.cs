using System.Net;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

public sealed class MisplacedTokenTests
{
    [Fact]
    public async Task A_refresh_token_where_an_access_token_belongs_is_logged_with_its_session()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();

        await RefusedAsync(app, login.RefreshToken!);

        Assert.Contains(app.Logs.Lines, line => line.Contains($" 3008 A refresh token was sent in place of an access token. Session {login.SessionId}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_made_up_text_puts_no_session_into_the_log()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        var forged = RefreshToken.Create(new MacKey(1, new byte[MacKey.SecretSize]), login.SessionId, 1).Encode();

        await RefusedAsync(app, forged);

        Assert.Empty(app.Logs.Of(3008));
    }

    static async Task RefusedAsync(HandstampApp app, string token)
    {
        using var answer = await app.SendAsync(HttpMethod.Get, "/me", accessToken: token);
        Assert.Equal((HttpStatusCode.Unauthorized, "access_token_invalid"), (answer.StatusCode, (await ProblemAnswer.ReadAsync(answer)).Code));
    }
}

using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>A refused refresh says when to come again if, and only if, coming again can help.</summary>
public sealed class RetryAfterTests : IAsyncLifetime
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    HandstampApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_token_that_a_newer_one_has_superseded_is_told_to_come_again()
    {
        var first = (await _app.RegisterAndLoginAsync()).RefreshToken!;
        var newer = first;
        for (var rotation = 0; rotation < 2; rotation++)
        {
            _app.Jump(Window);
            newer = (await _app.RefreshedAsync(newer)).RefreshToken!;
        }

        Assert.Equal(("refresh_token_superseded", TimeSpan.FromSeconds(1)), await RefusedAsync(first));
    }

    [Fact]
    public async Task A_refusal_for_good_tells_nobody_to_come_again()
    {
        var login = await _app.RegisterAndLoginAsync();
        var forged = RefreshToken.Create(MacKey.Create(1), login.SessionId, 1).Encode();
        Assert.Equal(("refresh_token_invalid", null), await RefusedAsync(forged));

        using var logout = await _app.PostAsync("/logout", new { }, login.AccessToken);
        Assert.Equal(("session_revoked", null), await RefusedAsync(login.RefreshToken!));

        var other = await _app.LoginAsync();
        _app.Jump(TimeSpan.FromDays(14));
        Assert.Equal(("session_expired", null), await RefusedAsync(other.RefreshToken!));
    }

    async Task<(string, TimeSpan?)> RefusedAsync(string token)
    {
        using var answer = await _app.RefreshAsync(token);
        var problem = await ProblemAnswer.ReadAsync(answer);
        return (problem.Code, problem.RetryAfter);
    }
}

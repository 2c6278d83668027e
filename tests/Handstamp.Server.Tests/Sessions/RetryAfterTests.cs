using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>A refused refresh says when to retry if, and only if, a retry can help.</summary>
public sealed class RetryAfterTests : IAsyncLifetime
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    HandstampApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task The_refusal_of_a_superseded_token_says_when_to_retry()
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
    public async Task A_definitive_refusal_does_not_ask_for_a_retry()
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

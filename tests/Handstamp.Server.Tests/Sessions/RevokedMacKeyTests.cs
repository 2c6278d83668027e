using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>The sessions whose newest refresh token was made by a revoked key.</summary>
public sealed class RevokedMacKeyTests : IAsyncLifetime
{
    HandstampApp _app = null!;
    TokenSet _ended = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        _ended = await _app.RegisterAndLoginAsync();
        var keys = _app.Get<KeyRingService>();
        Assert.True(await keys.RevokeAsync($"mac-{keys.Ring.MacKey(_app.Clock.GetUtcNow()).Id}", default));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task The_sessions_have_ended_for_that_reason()
    {
        Assert.Equal(EndReason.KeyRevoked, (await _app.Get<ISessionStore>().FindAsync(_ended.SessionId, default))!.End!.Reason);
        await _app.LoginAsync();
    }

    [Fact]
    public async Task The_sessions_get_nothing_with_their_refresh_token()
    {
        using var answer = await _app.RefreshAsync(_ended.RefreshToken!);

        var refused = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal(("refresh_token_invalid", true), (refused.Code, refused.Definitive));
    }

    [Fact]
    public async Task The_sessions_get_nothing_with_their_access_token()
    {
        using var answer = await _app.SendAsync(HttpMethod.Get, "/me", accessToken: _ended.AccessToken);

        Assert.Equal("session_revoked", (await ProblemAnswer.ReadAsync(answer)).Code);
    }

    [Fact]
    public async Task The_sessions_are_in_no_list()
    {
        using var listed = await _app.SendAsync(HttpMethod.Get, "/sessions", accessToken: (await _app.LoginAsync()).AccessToken);

        Assert.DoesNotContain(_ended.SessionId.ToString(), await listed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}

using System.Net;
using Handstamp.Tokens;
using Microsoft.Net.Http.Headers;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>An old path has left a cookie behind. The browser sends two cookies of one session, in any order.</summary>
public sealed class TwoCookiesTests : IAsyncLifetime
{
    const string Name = "__Secure-handstamp";

    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    HandstampApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        await _app.RegisterAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task The_newer_cookie_counts(bool newerFirst, bool ownIsKnown)
    {
        var (older, own) = await LoginAsync();
        var newer = older;
        for (var rotation = 0; rotation < 3; rotation++)
        {
            _app.Jump(Window);
            using var rotated = await RefreshAsync($"{Name}={newer}");
            newer = Cookie(rotated, Name);
        }
        var both = newerFirst ? $"{Name}={newer}; {Name}={older}" : $"{Name}={older}; {Name}={newer}";

        using var answer = await RefreshAsync(ownIsKnown ? $"{both}; {own}" : both);

        // The older token is so old that its use is a theft.
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_proof_beside_two_forged_cookies_is_not_checked()
    {
        var forged = string.Join("; ", Enumerable.Range(1, 2).Select(_ =>
            $"{Name}={RefreshToken.Create(MacKey.Create(1), Guid.NewGuid(), 1).Encode()}"));

        using var answer = await RefreshAsync(forged, proof: "nonsense");

        Assert.Equal("refresh_cookie_ambiguous", (await ProblemAnswer.ReadAsync(answer)).Code);
        Assert.False(answer.Headers.Contains("DPoP-Nonce"));
    }

    async Task<(string Token, string Own)> LoginAsync()
    {
        using var answer = await _app.PostAsync(
            "/login", new { email = HandstampApp.Email, password = HandstampApp.Password, transport = "cookie" });
        const string own = "__Host-handstamp-session";
        return (Cookie(answer, Name), $"{own}={Cookie(answer, own)}");
    }

    Task<HttpResponseMessage> RefreshAsync(string cookies, string? proof = null) =>
        _app.SendAsync(HttpMethod.Post, "/refresh", change: request =>
        {
            request.Headers.Add("Cookie", cookies);
            if (proof is not null) request.Headers.Add("DPoP", proof);
        });

    static string Cookie(HttpResponseMessage answer, string name) => answer.Headers.GetValues("Set-Cookie")
        .Select(value => SetCookieHeaderValue.Parse(value)).Single(cookie => cookie.Name == name).Value.ToString();
}

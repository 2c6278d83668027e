using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Bearer.Tests;

/// <summary>An application that issues a challenge itself, where no middleware has checked the token before.</summary>
public sealed class ChallengeTests : IAsyncLifetime
{
    TestIssuer _issuer = null!;
    TestApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _api = await TestApi.FollowAsync(_issuer);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Theory]
    [InlineData("Bearer nonsense", "Bearer error=\"invalid_token\", error_description=\"The token is malformed: not three segments of ASCII text.\"")]
    [InlineData(null, "Bearer")]
    public async Task The_challenge_says_what_is_wrong_with_the_received_token(string? sent, string challenge)
    {
        await using var scope = _api.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Headers.Authorization = sent;

        await context.ChallengeAsync(HandstampBearerDefaults.AuthenticationScheme);

        Assert.Equal((401, challenge), (context.Response.StatusCode, context.Response.Headers.WWWAuthenticate.ToString()));
    }
}

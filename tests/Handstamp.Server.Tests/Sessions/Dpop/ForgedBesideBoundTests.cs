using System.Net;
using Handstamp.Tokens;
using Microsoft.Net.Http.Headers;
using Xunit;

namespace Handstamp.Server.Tests.Sessions.Dpop;

/// <summary>A bound session in a cookie, and beside it a cookie that a sibling host has set.</summary>
public sealed class ForgedBesideBoundTests : BoundTests
{
    const string Name = "__Secure-handstamp";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_forged_cookie_does_not_take_the_proof_from_the_bound_one(bool forgedFirst)
    {
        var bound = $"{Name}={await LoginAsync()}";
        var forged = $"{Name}={RefreshToken.Create(MacKey.Create(1), Guid.NewGuid(), 1).Encode()}";

        using var answer = await App.SendAsync(HttpMethod.Post, "/refresh", change: request =>
        {
            request.Headers.Add("Cookie", forgedFirst ? $"{forged}; {bound}" : $"{bound}; {forged}");
            request.Headers.Add("DPoP", Client.Proof(HttpMethod.Post, "/refresh"));
        });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    async Task<string> LoginAsync()
    {
        using var answer = await Client.SendAsync(HttpMethod.Post, "/login",
            new { email = HandstampApp.Email, password = HandstampApp.Password, transport = "cookie" });
        return answer.Headers.GetValues("Set-Cookie").Select(value => SetCookieHeaderValue.Parse(value))
            .Single(cookie => cookie.Name == Name).Value.ToString();
    }
}

using System.Buffers.Text;
using System.Text.Json;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>Whom an access token is about, and for which API it is.</summary>
public sealed class TokenIssuerTests
{
    [Fact]
    public async Task A_session_may_have_its_own_subject_client_and_audience_and_a_request_its_own_audience()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Audiences:0"] = "orders" });
        var login = await app.RegisterAndLoginAsync();
        var plain = (await app.Get<ISessionStore>().FindAsync(login.SessionId, default))!;
        var own = plain with { Session = plain.Session with { Subject = "ada", ClientId = "calendar", Audience = "stock" } };

        Assert.Equal((plain.Session.AccountId.ToString(), Caller.FirstParty, "orders"), ClaimsOf(app, plain, resource: null));
        Assert.Equal(("ada", "calendar", "stock"), ClaimsOf(app, own, resource: null));
        Assert.Equal(("ada", "calendar", "orders"), ClaimsOf(app, own, resource: "orders"));
    }

    static (string? Subject, string? Client, string? Audience) ClaimsOf(HandstampApp app, SessionReading reading, string? resource)
    {
        var jwt = app.Get<TokenIssuer>().Issue(reading, resource, app.Clock.GetUtcNow()).AccessToken;
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(jwt.Split('.')[1])).RootElement;
        return (claims.GetProperty("sub").GetString(), claims.GetProperty("client_id").GetString(), claims.GetProperty("aud").GetString());
    }
}

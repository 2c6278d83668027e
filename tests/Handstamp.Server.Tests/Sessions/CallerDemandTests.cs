using System.Net;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.Tests.Docs;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>What routes require of their callers: the account's routes are only for the first party.</summary>
public sealed class CallerDemandTests : IAsyncLifetime
{
    HandstampApp _app = null!;
    TokenSet _own = null!;

    public static TheoryData<string> RoutesWithACaller =>
        [.. MappedRoutes.All.Where(route => route.NeedsCaller).Select(route => route.Name)];

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        _own = await _app.RegisterAndLoginAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory, MemberData(nameof(RoutesWithACaller))]
    public async Task A_token_of_a_third_party_opens_none_of_the_accounts_routes(string route)
    {
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
        using var answer = await _app.SendAsync(
            new HttpMethod(method), path.Replace("{id}", _own.SessionId.ToString(), StringComparison.Ordinal), accessToken: await TokenOfAsync("calendar"));

        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal((401, "access_token_invalid", "This route does not accept tokens of third parties."), (problem.Status, problem.Code, problem.Detail));
        Assert.StartsWith("Bearer error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        // Nothing was changed.
        Assert.Equal(HttpStatusCode.OK, await MeAsync(_own.AccessToken));
    }

    [Fact]
    public async Task The_same_token_of_the_first_party_opens_them() =>
        Assert.Equal(HttpStatusCode.OK, await MeAsync(await TokenOfAsync(Caller.FirstParty)));

    [Theory]
    [InlineData("first-party", true)]
    [InlineData("First-Party", false)]
    [InlineData("first-party ", false)]
    [InlineData("", false)]
    public void The_first_party_is_one_client(string clientId, bool isIt) =>
        Assert.Equal(isIt, CallerDemand.FirstParty.Refuse(new Caller(default, default, clientId, default, "pwd")) is null);

    async Task<HttpStatusCode> MeAsync(string accessToken)
    {
        using var answer = await _app.SendAsync(HttpMethod.Get, "/me", accessToken: accessToken);
        return answer.StatusCode;
    }

    // A token as a client will get it after a person has allowed that: of a live session, signed by the service, for
    // the service.
    async Task<string> TokenOfAsync(string clientId)
    {
        var reading = await _app.Get<ISessionStore>().FindAsync(_own.SessionId, default);
        var granted = reading! with { Session = reading.Session with { ClientId = clientId } };
        return _app.Get<TokenIssuer>().Issue(granted, resource: null, _app.Clock.GetUtcNow()).AccessToken;
    }
}

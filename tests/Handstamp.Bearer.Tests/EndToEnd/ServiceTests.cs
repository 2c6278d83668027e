using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using Handstamp.Bearer.Feed;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Bearer.Tests.EndToEnd;

public sealed class ServiceTests
{
    static async Task<TestApi> FollowAsync(Service service, Action<HandstampBearerOptions>? change = null)
    {
        var api = await TestApi.StartAsync(service.Address, TimeProvider.System, change);
        await api.FollowsAsync();
        return api;
    }

    static async Task<Answer> EventuallyRefusedAsync(TestApi api, string token)
    {
        Answer answer = null!;
        await Eventually.TrueAsync(async () => (answer = await api.GetAsync("/me", token)).Status != HttpStatusCode.OK, "the token is refused");
        return answer;
    }

    [Fact]
    public async Task The_token_of_a_logged_out_session_is_refused_without_a_call_to_the_service()
    {
        await using var service = await Service.StartAsync();
        using var calls = new CountingHandler();
        await using var api = await FollowAsync(service, options => options.BackchannelHttpHandler = calls);
        var (ada, bob) = (await service.JoinAsync(), await service.JoinAsync("bob@example.com"));
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/me", ada.AccessToken)).Status);
        var before = calls.Count;

        await service.LogOutAsync(ada);
        var answer = await EventuallyRefusedAsync(api, ada.AccessToken);

        Assert.Equal(
            (HttpStatusCode.Unauthorized, "Bearer error=\"invalid_token\", error_description=\"The session of the token has been ended.\", code=\"session_revoked\""),
            (answer.Status, answer.Challenge));
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/me", bob.AccessToken)).Status);
        Assert.Equal(before, calls.Count);
    }

    [Fact]
    public async Task After_a_password_change_the_callers_old_tokens_are_outdated_and_those_of_other_sessions_are_revoked()
    {
        await using var service = await Service.StartAsync();
        await using var api = await FollowAsync(service);
        var (own, other) = (await service.JoinAsync(), await service.LoginAsync());

        await service.ChangePasswordAsync(own);

        Assert.EndsWith(", code=\"access_token_outdated\"", (await EventuallyRefusedAsync(api, own.AccessToken)).Challenge, StringComparison.Ordinal);
        Assert.EndsWith(", code=\"session_revoked\"", (await EventuallyRefusedAsync(api, other.AccessToken)).Challenge, StringComparison.Ordinal);
        Assert.Equal("access_token_outdated", await service.OwnFaultAsync(own.AccessToken));
        Assert.Equal("session_revoked", await service.OwnFaultAsync(other.AccessToken));
    }

    [Fact]
    public async Task A_revocation_is_not_missed_during_a_restart_of_the_service()
    {
        await using var service = await Service.StartAsync();
        await using var api = await FollowAsync(service);
        var (ada, bob) = (await service.JoinAsync(), await service.JoinAsync("bob@example.com"));
        await service.LogOutAsync(ada);
        await EventuallyRefusedAsync(api, ada.AccessToken);

        await service.StopAsync();
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/me", bob.AccessToken)).Status);
        await service.StartAgainAsync();
        await service.LogOutAsync(bob);

        await EventuallyRefusedAsync(api, bob.AccessToken);
    }

    [Fact]
    public async Task An_API_that_starts_after_a_logout_refuses_the_token()
    {
        await using var service = await Service.StartAsync();
        var ada = await service.JoinAsync();
        await service.LogOutAsync(ada);
        await using var api = await FollowAsync(service);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync("/me", ada.AccessToken)).Status);
    }

    [Fact]
    public async Task In_production_the_feed_requires_a_credential_from_the_operator()
    {
        await using var service = await Service.StartAsync("Production");
        var ada = await service.JoinAsync();
        await using var stranger = await TestApi.StartAsync(service.Address, TimeProvider.System);
        await Eventually.TrueAsync(() => stranger.Feed == FeedState.Refused, "the API is refused");

        var credential = (await service.OrderAsync("api", "add", "orders")).GetProperty("credential").GetString();
        await using var api = await FollowAsync(service, options => options.Credential = credential);
        await service.LogOutAsync(ada);

        await EventuallyRefusedAsync(api, ada.AccessToken);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/me", ada.AccessToken)).Status);
    }

    [Fact]
    public async Task Tokens_of_a_revoked_signing_key_are_refused_and_those_of_its_successor_are_accepted()
    {
        await using var service = await Service.StartAsync();
        await using var api = await FollowAsync(service);
        var before = await service.JoinAsync();
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/me", before.AccessToken)).Status);

        await service.OrderAsync("keys", "revoke", KeyOf(before.AccessToken), "--yes");
        var answer = await EventuallyRefusedAsync(api, before.AccessToken);

        Assert.Contains("The token is signed with a key that its issuer does not publish.", answer.Challenge, StringComparison.Ordinal);
        var after = before;
        await Eventually.TrueAsync(async () => KeyOf((after = await service.LoginAsync()).AccessToken) != KeyOf(before.AccessToken), "there is a new key");
        await Eventually.TrueAsync(() => IsAcceptedAsync(api, after), "the new key's token is accepted");
    }

    static string KeyOf(string token)
    {
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[0]));
        return header.RootElement.GetProperty("kid").GetString()!;
    }

    static async Task<bool> IsAcceptedAsync(TestApi api, LoggedIn login) =>
        (await api.GetAsync("/me", login.AccessToken)).Status == HttpStatusCode.OK;

    [Fact]
    public async Task The_session_of_a_refresh_token_that_was_sent_to_an_API_is_ended()
    {
        await using var service = await Service.StartAsync();
        await using var api = await FollowAsync(service);
        var ada = await service.JoinAsync();

        await api.GetAsync("/?token=" + ada.RefreshToken);
        await EventuallyRefusedAsync(api, ada.AccessToken);

        Assert.Equal("session_revoked", await service.RefreshFaultAsync(ada.RefreshToken));
    }

    [Fact]
    public async Task A_token_for_one_API_opens_neither_another_nor_the_service()
    {
        await using var service = await Service.StartAsync("Development", "--Audiences=orders,stock");
        await using var orders = await FollowAsync(service, options => options.Audiences.Add("orders"));
        await using var stock = await FollowAsync(service, options => options.Audiences.Add("stock"));
        var ada = await service.JoinAsync();

        Assert.Equal(HttpStatusCode.OK, (await orders.GetAsync("/me", ada.AccessToken)).Status);
        Assert.Contains("The token is for another API.", (await stock.GetAsync("/me", ada.AccessToken)).Challenge, StringComparison.Ordinal);
        Assert.Equal("access_token_wrong_audience", await service.OwnFaultAsync(ada.AccessToken));

        var other = await service.AccessTokenAsync(ada, "stock");
        Assert.Equal(HttpStatusCode.OK, (await stock.GetAsync("/me", other)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await orders.GetAsync("/me", other)).Status);
    }

    [Fact]
    public async Task The_service_can_be_asked_about_a_token()
    {
        await using var service = await Service.StartAsync();
        await using var api = await FollowAsync(service, options => options.OnFeedLost = FeedLossPolicy.Introspect);
        var (ada, bob) = (await service.JoinAsync(), await service.JoinAsync("bob@example.com"));
        api.Get<FeedStatus>().Fail(FeedState.Untrusted);

        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/me", bob.AccessToken)).Status);
        await service.LogOutAsync(ada);
        await EventuallyRefusedAsync(api, ada.AccessToken);
    }

    [Fact]
    public async Task An_API_whose_credential_is_refused_can_accept_no_token_by_introspection()
    {
        await using var service = await Service.StartAsync();
        await using var api = await TestApi.StartAsync(service.Address, TimeProvider.System, options =>
        {
            options.Credential = "hsa_orders_" + new string('A', 43);
            options.OnFeedLost = FeedLossPolicy.Introspect;
        });
        var ada = await service.JoinAsync();

        await Eventually.TrueAsync(() => api.Feed == FeedState.Refused, "the API is refused");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await api.GetAsync("/me", ada.AccessToken)).Status);
    }
}

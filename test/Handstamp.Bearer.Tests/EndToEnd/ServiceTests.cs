using System.Net;
using Handstamp.Bearer.Feed;
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
    public async Task The_token_of_a_session_that_was_logged_out_is_refused_without_a_call_to_the_service()
    {
        await using var service = await Service.StartAsync();
        using var calls = new CountingHandler();
        await using var api = await FollowAsync(service, options => options.BackchannelHttpHandler = calls);
        var (ada, bob) = (await service.LoginAsync(), await service.LoginAsync("bob@example.com"));
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/me", ada.AccessToken)).Status);
        var before = calls.Count;

        await service.LogOutAsync(ada);
        var answer = await EventuallyRefusedAsync(api, ada.AccessToken);

        Assert.Equal(
            (HttpStatusCode.Unauthorized, "Bearer error=\"invalid_token\", error_description=\"The session of the token has been ended.\""),
            (answer.Status, answer.Challenge));
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/me", bob.AccessToken)).Status);
        Assert.Equal(before, calls.Count);
    }

    [Fact]
    public async Task A_revocation_is_not_missed_over_a_restart_of_the_service()
    {
        await using var service = await Service.StartAsync();
        await using var api = await FollowAsync(service);
        var (ada, bob) = (await service.LoginAsync(), await service.LoginAsync("bob@example.com"));
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
        var ada = await service.LoginAsync();
        await service.LogOutAsync(ada);
        await using var api = await FollowAsync(service);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync("/me", ada.AccessToken)).Status);
    }

    [Fact]
    public async Task In_production_an_API_needs_a_credential_for_the_feed()
    {
        await using var service = await Service.StartAsync("Production");
        await using var api = await TestApi.StartAsync(service.Address, TimeProvider.System);
        await Eventually.TrueAsync(() => api.Feed == FeedState.Refused, "the API is refused");
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/me", (await service.LoginAsync()).AccessToken)).Status);
    }

    [Fact]
    public async Task A_refresh_token_that_an_API_was_shown_has_its_session_ended()
    {
        await using var service = await Service.StartAsync();
        await using var api = await FollowAsync(service);
        var ada = await service.LoginAsync();

        await api.GetAsync("/?token=" + ada.RefreshToken);
        await EventuallyRefusedAsync(api, ada.AccessToken);

        Assert.Equal("session_revoked", await service.RefreshFaultAsync(ada.RefreshToken));
    }

    [Fact]
    public async Task The_service_can_be_asked_about_a_token()
    {
        await using var service = await Service.StartAsync();
        await using var api = await FollowAsync(service, options => options.OnFeedLost = FeedLossPolicy.Introspect);
        var (ada, bob) = (await service.LoginAsync(), await service.LoginAsync("bob@example.com"));
        api.Get<FeedStatus>().Fail(FeedState.Untrusted);

        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/me", bob.AccessToken)).Status);
        await service.LogOutAsync(ada);
        await EventuallyRefusedAsync(api, ada.AccessToken);
    }
}

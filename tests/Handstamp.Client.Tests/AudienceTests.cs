using System.Net;
using System.Text.Json.Nodes;

namespace Handstamp.Client.Tests;

/// <summary>Tokens that are for an API, and the service's own routes, which take none of these. The network is the service.</summary>
public sealed class AudienceTests(RunningService service) : LoggedIn(service)
{
    const string Issuer = "https://auth.test";
    const string Api = "https://api.test";

    int _generation;

    [Fact]
    public async Task Where_tokens_are_for_an_API_the_service_s_own_routes_get_one_of_their_own_once_for_all()
    {
        await LogInAsync();

        var users = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Client.GetUserAsync()));
        await Client.ListDevicesAsync();

        Assert.All(users, user => Assert.NotNull(user));
        Assert.Equal($$"""{"refresh_token":"hsr_1","resource":"{{Issuer}}"}""", Assert.Single(Network.Requests("/refresh")).Body);
        Assert.Contains("\"hsr_2\"", await Store.ReadAsync(default));
        Assert.Equal(TokenFor(Api, 1), await Client.GetAccessTokenAsync());
    }

    [Fact]
    public async Task The_token_for_the_API_stays_in_the_store_for_other_processes()
    {
        await LogInAsync();
        await Client.GetUserAsync();

        using var other = CreateClient();

        Assert.Equal(TokenFor(Api, 1), await other.GetAccessTokenAsync());
    }

    [Fact]
    public async Task Where_they_are_for_the_service_nothing_more_is_asked()
    {
        await LogInAsync(Issuer);
        await Client.GetUserAsync();
        Assert.Equal(0, Network.Refreshes);
    }

    [Fact]
    public async Task An_app_says_what_its_tokens_are_for_at_the_login_and_at_each_refresh()
    {
        await LogInAsync("https://other.test");
        Assert.Contains("\"resource\":\"https://other.test\"", Network.Requests("/login")[^1].Body);
        Time.Advance(Life);

        Assert.Equal(TokenFor("https://other.test", 2), await Client.GetAccessTokenAsync());

        Assert.Equal("""{"refresh_token":"hsr_1","resource":"https://other.test"}""", Assert.Single(Network.Requests("/refresh")).Body);
    }

    [Fact]
    public async Task A_process_that_wants_another_one_does_not_take_it_from_the_store()
    {
        await LogInAsync();
        using var other = CreateClient(options => options.Resource = "https://other.test");

        Assert.Equal(TokenFor("https://other.test", 2), await other.GetAccessTokenAsync());
    }

    [Fact]
    public async Task Both_kinds_are_refreshed_one_after_another_and_the_newest_refresh_token_is_shown()
    {
        await LogInAsync();
        await Client.GetUserAsync();
        Time.Advance(Life);

        await Task.WhenAll(Client.GetAccessTokenAsync(), Client.GetUserAsync(), Client.GetAccessTokenAsync(), Client.GetUserAsync());

        Assert.Equal(["hsr_1", "hsr_2", "hsr_3"], Network.Requests("/refresh").Select(seen => (string?)JsonNode.Parse(seen.Body!)!["refresh_token"]));
        Assert.Contains("\"hsr_4\"", await Store.ReadAsync(default));
    }

    [Fact]
    public async Task A_token_for_the_service_does_not_outlive_its_session()
    {
        await LogInAsync();
        await Client.GetUserAsync();
        Network.Next("/password/change", Wire.Granted(
            ("access_token", TokenFor(Api, 7)), ("session_id", "0199d3f2-0000-7b0a-9c51-2f4d8e6a7b31")));
        await Client.ChangePasswordAsync(Password, "new " + Password);

        await Client.GetUserAsync();

        Assert.Equal(2, Network.Refreshes);
    }

    [Fact]
    public async Task By_default_a_refresh_takes_nothing_along_but_the_token()
    {
        Time.Advance(Life);
        await Client.GetUserAsync();
        Assert.Matches("""^{"refresh_token":"hsr_[^"]*"}$""", Assert.Single(Network.Requests("/refresh")).Body);
    }

    async Task LogInAsync(string? resource = null)
    {
        Network.Always("/login", GrantAsync);
        Network.Always("/refresh", GrantAsync);
        Network.Always("/me", Judge($$"""{"id":"{{Wire.Session}}","email":"{{Email}}","roles":[],"created_at":"2026-01-01T00:00:00Z"}"""));
        Network.Always("/sessions", Judge("""{"sessions":[]}"""));
        Open(options => options.Resource = resource);
        await Client.LoginAsync(Email, Password);
    }

    static string TokenFor(string audience, int id) => Wire.AccessToken(Issuer, audience, $"{id}");

    /// <summary>A token for what is asked, or else for the API; each time another refresh token.</summary>
    Task<HttpResponseMessage> GrantAsync(Func<Task<HttpResponseMessage>> pass, CancellationToken cancel)
    {
        var body = JsonNode.Parse(Network.Current.Body!)!;
        var id = Interlocked.Increment(ref _generation);
        return Wire.Granted(
            ("refresh_token", $"hsr_{id}"), ("access_token", TokenFor((string?)body["resource"] ?? Api, id)))(pass, cancel);
    }

    /// <summary>What the service's routes answer: this to a token for the service, and a refusal to another.</summary>
    Network.Fault Judge(string content) => (pass, cancel) =>
    {
        var audience = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(Network.Current.Authorization!.Split('.')[1]))!["aud"]![0];
        return (string?)audience == Issuer
            ? Network.Answer(HttpStatusCode.OK, content, "application/json")(pass, cancel)
            : Network.Refuse(HttpStatusCode.Unauthorized, "access_token_wrong_audience", definitive: false)(pass, cancel);
    };
}

using System.Net;
using System.Text.Json.Nodes;

namespace Handstamp.Client.Tests;

/// <summary>
/// Tokens for an API, and the service's own routes, which do not accept these tokens. The network plays the service.
/// </summary>
public sealed class AudienceTests(RunningService service) : LoggedIn(service)
{
    const string Issuer = "https://auth.test";
    const string Api = "https://api.test";

    int _generation;

    [Fact]
    public async Task If_tokens_are_for_an_API_the_services_own_routes_get_another_token_once()
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
    public async Task If_tokens_are_for_the_service_nothing_more_is_requested()
    {
        await LogInAsync(Issuer);
        await Client.GetUserAsync();
        Assert.Equal(0, Network.Refreshes);
    }

    [Fact]
    public async Task An_app_names_its_resource_at_the_login_and_at_each_refresh()
    {
        await LogInAsync("https://other.test");
        Assert.Contains("\"resource\":\"https://other.test\"", Network.Requests("/login")[^1].Body);
        Time.Advance(Life);

        Assert.Equal(TokenFor("https://other.test", 2), await Client.GetAccessTokenAsync());

        Assert.Equal("""{"refresh_token":"hsr_1","resource":"https://other.test"}""", Assert.Single(Network.Requests("/refresh")).Body);
    }

    [Fact]
    public async Task A_process_with_another_resource_does_not_use_the_token_in_the_store()
    {
        await LogInAsync();
        using var other = CreateClient(options => options.Resource = "https://other.test");

        Assert.Equal(TokenFor("https://other.test", 2), await other.GetAccessTokenAsync());
    }

    [Fact]
    public async Task Both_tokens_are_refreshed_one_after_another_with_the_newest_refresh_token()
    {
        await LogInAsync();
        await Client.GetUserAsync();
        Time.Advance(Life);

        await Task.WhenAll(Client.GetAccessTokenAsync(), Client.GetUserAsync(), Client.GetAccessTokenAsync(), Client.GetUserAsync());

        Assert.Equal(["hsr_1", "hsr_2", "hsr_3"], Network.Requests("/refresh").Select(seen => (string?)JsonNode.Parse(seen.Body!)!["refresh_token"]));
        Assert.Contains("\"hsr_4\"", await Store.ReadAsync(default));
    }

    [Fact]
    public async Task Calls_that_find_both_tokens_expired_refresh_each_of_them_once_whenever_the_calls_come()
    {
        const int rounds = 300;
        await LogInAsync();
        await Client.GetUserAsync();

        for (var round = 0; round < rounds; round++)
        {
            Time.Advance(Life);
            // The first call waits for the API's token, which a timer refreshes too.
            Task[] calls = [Task.Run(() => Client.GetAccessTokenAsync()), .. Enumerable.Range(0, 16).Select(_ => Task.Run(() => Client.GetUserAsync()))];
            await Task.WhenAll(calls);
        }

        Assert.Equal(1 + (2 * rounds), Network.Refreshes);
    }

    [Fact]
    public async Task A_token_for_the_service_is_dropped_with_its_session()
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
    public async Task By_default_a_refresh_sends_only_the_token()
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

    /// <summary>A token for the requested resource, or else for the API; each time with another refresh token.</summary>
    Task<HttpResponseMessage> GrantAsync(Func<Task<HttpResponseMessage>> pass, CancellationToken cancel)
    {
        var body = JsonNode.Parse(Network.Current.Body!)!;
        var id = Interlocked.Increment(ref _generation);
        return Wire.Granted(
            ("refresh_token", $"hsr_{id}"), ("access_token", TokenFor((string?)body["resource"] ?? Api, id)))(pass, cancel);
    }

    /// <summary>
    /// The answers of the service's routes: this one to a token for the service, and a refusal to any other token.
    /// </summary>
    Network.Fault Judge(string content) => (pass, cancel) =>
    {
        var audience = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(Network.Current.Authorization!.Split('.')[1]))!["aud"]![0];
        return (string?)audience == Issuer
            ? Network.Answer(HttpStatusCode.OK, content, "application/json")(pass, cancel)
            : Network.Refuse(HttpStatusCode.Unauthorized, "access_token_wrong_audience", definitive: false)(pass, cancel);
    };
}

using System.Net;
using Handstamp.Client.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Client.Tests;

/// <summary>Where passwords, tokens and proofs are sent, and where they are not.</summary>
public sealed class TransportTests(RunningService service) : LoggedIn(service)
{
    static TinyServer Redirecting(TinyServer target) => new("307 Temporary Redirect", $"Location: {target.Address}");

    async Task BindAsync(TinyServer api)
    {
        Open(options =>
        {
            options.KeyBinding = true;
            options.Apis.Add(api.Address.OriginalString);
        });
        await Client.LoginAsync(Email, Password);
    }

    [Fact]
    public async Task A_redirect_does_not_send_a_proof_elsewhere()
    {
        using var elsewhere = new TinyServer("200 OK", "X: y");
        using var api = Redirecting(elsewhere);
        await BindAsync(api);
        using var http = Client.CreateHttpClient();

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(api.Address)).StatusCode);

        Assert.Contains("DPoP: ey", Assert.Single(api.Heads));
        Assert.DoesNotContain("DPoP", Assert.Single(elsewhere.Heads));
        Assert.DoesNotContain("Authorization", Assert.Single(elsewhere.Heads));
    }

    [Fact]
    public async Task A_redirect_does_not_send_a_proof_elsewhere_with_dependency_injection_either()
    {
        using var elsewhere = new TinyServer("200 OK", "X: y");
        using var api = Redirecting(elsewhere);
        await BindAsync(api);
        var services = new ServiceCollection();
        services.AddHandstampClient(options =>
        {
            (options.Url, options.Store) = (Service.OriginalString, Store);
            options.Apis.Add(api.Address.OriginalString);
        });
        services.AddSingleton<TimeProvider>(Time);
        await using var provider = services.BuildServiceProvider();
        using var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient(HandstampClientExtensions.HttpClientName);

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(api.Address)).StatusCode);

        Assert.Contains("DPoP: ey", Assert.Single(api.Heads));
        Assert.DoesNotContain("DPoP", Assert.Single(elsewhere.Heads));
    }

    [Fact]
    public async Task An_address_that_may_have_the_token_gets_it_after_a_redirect_with_a_proof_for_itself()
    {
        using var elsewhere = new TinyServer("200 OK", "X: y");
        using var api = Redirecting(elsewhere);
        Open(options =>
        {
            options.KeyBinding = true;
            options.Apis.Add(api.Address.OriginalString);
            options.Apis.Add(elsewhere.Address.OriginalString);
        });
        await Client.LoginAsync(Email, Password);
        using var http = Client.CreateHttpClient();

        await http.GetAsync(api.Address);

        Assert.Contains("Authorization: DPoP ey", Assert.Single(elsewhere.Heads));
        Assert.NotEqual(ProofOf(api), ProofOf(elsewhere));
    }

    [Fact]
    public async Task A_bound_token_is_not_sent_through_a_handler_that_follows_redirects_itself()
    {
        using var api = new TinyServer("200 OK", "X: y");
        await BindAsync(api);
        using var sockets = new SocketsHttpHandler();
        using var http = new HttpClient(new HandstampHandler(Client, sockets));

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => http.GetAsync(api.Address));

        Assert.Contains("Set AllowAutoRedirect = false", fault.Message);
        Assert.Empty(api.Heads);
    }

    [Fact]
    public async Task The_request_that_the_app_gets_back_no_longer_contains_the_token()
    {
        using var answer = await Http.GetAsync("/me");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(answer.RequestMessage!.Headers.Authorization);
    }

    [Theory]
    [InlineData("302 Found", "GET")]
    [InlineData("303 See Other", "GET")]
    [InlineData("308 Permanent Redirect", "POST")]
    public async Task Redirects_are_followed_as_usual(string status, string method)
    {
        using var elsewhere = new TinyServer("200 OK", "X: y");
        using var api = new TinyServer(status, $"Location: {elsewhere.Address}orders?a=b");
        using var http = Client.CreateHttpClient();

        Assert.Equal(HttpStatusCode.OK, (await http.PostAsync(api.Address, new StringContent("one coffee"))).StatusCode);

        Assert.StartsWith($"{method} /orders?a=b HTTP/1.1", Assert.Single(elsewhere.Heads));
    }

    [Fact]
    public async Task Redirects_are_not_followed_forever()
    {
        using var api = new TinyServer("302 Found", "Location: /");
        using var http = Client.CreateHttpClient();

        Assert.Equal(HttpStatusCode.Found, (await http.GetAsync(api.Address)).StatusCode);
        Assert.Equal(51, api.Heads.Count);
    }

    [Fact]
    public async Task The_password_follows_no_redirect_whatever_the_apps_handler_does()
    {
        using var elsewhere = new TinyServer("200 OK", "X: y");
        using var service = Redirecting(elsewhere);
        foreach (HttpMessageHandler? given in (HttpMessageHandler?[])[null, new SocketsHttpHandler(), new HttpClientHandler()])
        {
            using var client = new HandstampClient(new() { Url = service.Address.OriginalString, BackchannelHttpHandler = given });
            await FailsAsync(() => client.LoginAsync(Email, Password), HandstampErrorCodes.UnexpectedAnswer, definitive: false);
        }
        Assert.Empty(elsewhere.Heads);
    }

    [Fact]
    public async Task A_proxy_gets_no_requests_to_this_machine()
    {
        using var proxy = new TinyServer("502 Bad Gateway", "X: y");
        using var here = new TinyServer("200 OK", "X: y");
        using var child = ChildProcess.StartBehindProxy(proxy.Address, here.Address);

        Assert.Equal("unexpected_answer", await child.ReadLineAsync());
        Assert.Equal("OK", await child.ReadLineAsync());

        Assert.Empty(proxy.Heads);
        Assert.Equal(2, here.Heads.Count);
    }

    static string ProofOf(TinyServer server) =>
        Assert.Single(server.Heads).Split('\n').Single(line => line.StartsWith("DPoP: ", StringComparison.Ordinal));
}

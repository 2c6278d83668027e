using System.Net;
using System.Text;
using Handstamp.TestBed;

namespace Handstamp.Client.Tests;

/// <summary>The challenge that the service asks for while it is attacked.</summary>
public sealed class ChallengeTests
{
    [Fact]
    public async Task The_client_solves_a_challenge_and_sends_the_request_once_more()
    {
        using var data = new TempDirectory();
        await using var service = await HandstampProcess.StartAsync(
            data.Path, "--Challenge:Mode=always", "--Challenge:MaxNumber=5000", "--Logging:Level=Warning");
        using var client = new HandstampClient(new HandstampClientOptions { Url = service.Address.OriginalString, Store = new MemoryTokenStore() });

        await client.RegisterAsync("ada@example.com", "correct horse battery staple");
        await client.LoginAsync("ada@example.com", "correct horse battery staple");

        Assert.Equal("ada@example.com", (await client.GetUserAsync())?.Email);
        var fault = await Assert.ThrowsAsync<HandstampException>(() => client.LoginAsync("ada@example.com", "a wrong sentence"));
        Assert.Equal(HandstampErrorCodes.InvalidCredentials, fault.Code);
    }

    [Fact]
    public async Task The_client_passes_the_response_of_a_widget_on_and_gives_up_without_one()
    {
        using var handler = new WidgetService();
        var asked = new List<SiteChallenge>();
        string? response = "a response";
        using var client = new HandstampClient(new HandstampClientOptions
        {
            Url = "https://auth.example.com",
            Store = new MemoryTokenStore(),
            BackchannelHttpHandler = handler,
            OnSiteChallenge = (challenge, _) =>
            {
                asked.Add(challenge);
                return Task.FromResult<string?>(response);
            },
        });

        var fault = await Assert.ThrowsAsync<HandstampException>(() => client.LoginAsync("ada@example.com", "correct horse battery staple"));
        Assert.Equal(HandstampErrorCodes.InvalidCredentials, fault.Code);
        Assert.Equal(new SiteChallenge("turnstile", "key", "handstamp"), Assert.Single(asked));

        response = null;
        fault = await Assert.ThrowsAsync<HandstampException>(() => client.LoginAsync("ada@example.com", "correct horse battery staple"));
        Assert.Equal(HandstampErrorCodes.ChallengeRequired, fault.Code);
        Assert.Equal([null, "a response", null], handler.Responses);
    }

    /// <summary>It demands the response of a widget, and knows nobody.</summary>
    sealed class WidgetService : HttpMessageHandler
    {
        public List<string?> Responses { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = request.Headers.TryGetValues("Siteverify", out var values) ? values.Single() : null;
            Responses.Add(response);
            var (status, body) = response is null
                ? (HttpStatusCode.Forbidden, """{"code":"challenge_required","title":"","definitive":false,"challenge":{"service":"turnstile","site_key":"key","action":"handstamp","script":"https://widgets.example/api.js"}}""")
                : (HttpStatusCode.Unauthorized, """{"code":"invalid_credentials","title":"","definitive":false}""");
            return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/problem+json") });
        }
    }
}

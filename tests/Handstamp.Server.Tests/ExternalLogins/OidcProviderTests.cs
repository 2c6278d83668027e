using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Handstamp.Server.Tests.Pages;
using Handstamp.TestBed;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.ExternalLogins;

/// <summary>A provider that knows nothing of Handstamp: oidc-provider, a certified implementation.</summary>
public sealed partial class OidcProviderTests
{
    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task A_person_logs_in_by_it_in_an_app_and_on_the_pages(string algorithm)
    {
        await using var provider = await NodeProvider.StartAsync(
            algorithm, "https://app.example.com/corp", $"{HandstampApp.Issuer}/account/external/corp/callback");
        await using var app = await HandstampApp.StartAsync(
            new()
            {
                ["ExternalLogins:corp:Issuer"] = provider.Issuer,
                ["ExternalLogins:corp:ClientId"] = "handstamp",
                ["ExternalLogins:corp:ClientSecret"] = "s3cret",
                ["ExternalLogins:corp:RedirectUris:0"] = "https://app.example.com/corp",
            },
            clock: new FakeTimeProvider(DateTimeOffset.UtcNow));

        using var begun = await app.PostAsync("/login/external/start", new { provider = "corp", redirect_uri = "https://app.example.com/corp" });
        var started = System.Text.Json.JsonDocument.Parse(await begun.Content.ReadAsStringAsync()).RootElement;
        var callback = await provider.LogInAsync(started.GetProperty("url").GetString()!, "ada");
        Assert.Contains("&iss=", callback, StringComparison.Ordinal);
        using var ended = await app.PostAsync(
            "/login/external", new { ceremony = started.GetProperty("ceremony").GetString(), callback_url = callback });
        var tokens = await TokenSet.ReadAsync(ended);
        using var me = await app.SendAsync(HttpMethod.Get, "/me", accessToken: tokens.AccessToken);
        // From its UserInfo endpoint: its ID token has no address.
        Assert.Contains("\"email\":\"ada@example.com\"", await me.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var browser = new PageBrowser(app);
        var start = await browser.GetAsync("/account/external/corp");
        var back = await provider.LogInAsync(start.Location!, "ada");
        Assert.Equal("/account", (await browser.GetAsync(new Uri(back).PathAndQuery)).Location);
        Assert.True((await browser.GetAsync("/account")).Has("ada@example.com"));
    }

    /// <summary>The provider, and a browser in front of it.</summary>
    sealed partial class NodeProvider : IAsyncDisposable
    {
        readonly Process _process;

        NodeProvider(Process process, string issuer) => (_process, Issuer) = (process, issuer);

        public string Issuer { get; }

        public static async Task<NodeProvider> StartAsync(params string[] arguments)
        {
            var start = new ProcessStartInfo("node", [Repository.PathOf("tests/Handstamp.Server.Tests/node/provider.mjs"), .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            while (await process.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Timeout) is { } line)
                if (Listening().Match(line) is { Success: true } match) return new NodeProvider(process, match.Groups[1].Value);
            throw new InvalidOperationException($"The provider has not started: {await errors}");
        }

        /// <summary>Fills in its forms until it sends the browser back. Returns the address.</summary>
        public async Task<string> LogInAsync(string address, string login)
        {
            using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });
            var next = new Uri(address);
            HttpContent? form = null;
            for (var step = 0; step < 12; step++)
            {
                using var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Post, next) { Content = form };
                using var answer = await client.SendAsync(request);
                form = null;
                if (answer.Headers.Location is { } location) next = new Uri(next, location);
                else
                {
                    var html = await answer.Content.ReadAsStringAsync();
                    Assert.True(answer.IsSuccessStatusCode, html);
                    next = new Uri(next, Action().Match(html).Groups[1].Value);
                    form = new FormUrlEncodedContent([new("prompt", Prompt().Match(html).Groups[1].Value), new("login", login), new("password", "any")]);
                }
                if (!next.IsLoopback) return next.AbsoluteUri;
            }
            throw new InvalidOperationException($"The provider leads nowhere: {next}");
        }

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited) _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        [GeneratedRegex(@"listening on (http://\S+)")]
        private static partial Regex Listening();

        [GeneratedRegex("action=\"([^\"]+)\"")]
        private static partial Regex Action();

        [GeneratedRegex("name=\"prompt\" value=\"([^\"]+)\"")]
        private static partial Regex Prompt();
    }
}

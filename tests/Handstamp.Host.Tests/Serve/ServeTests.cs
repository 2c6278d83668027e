using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Serve;

public sealed class ServeTests : IDisposable
{
    const string Ada = "ada@example.com";

    readonly Installation _here = new();

    [Fact]
    public async Task In_development_the_service_prints_commands_to_try()
    {
        await using var service = await _here.ServeAsync();
        await service.StopAsync();

        Assert.Contains($"  curl {service.Address}register --json ", string.Join('\n', service.Output));
    }

    [Fact]
    public async Task In_production_every_line_is_a_json_object()
    {
        await using var service = await _here.ServeAsync("--environment", "Production");
        using var client = new HandstampClient(service.Address);
        await client.JoinAsync(Ada);
        await service.StopAsync();

        Assert.All(service.Output, line => Assert.True(JsonElement.Parse(line).TryGetProperty("Timestamp", out _), line));
    }

    [Fact]
    public async Task The_service_can_listen_on_an_IPv4_address_in_IPv6_form()
    {
        await using var service = await _here.ServeAsync("--urls", $"http://[::ffff:127.0.0.1]:{ServerPort.Find()}");
        using var client = new HandstampClient(service.Address);

        Assert.NotEqual(Guid.Empty, (await client.JoinAsync(Ada)).SessionId);
    }

    [Fact]
    public async Task Unsafe_settings_are_logged_at_the_start()
    {
        await using var service = await _here.ServeAsync(
            "--Sessions:AccessTokenLifetime=00:16:00", "--Sessions:AllowRefreshTokenInQuery=true");
        await service.StopAsync();

        Assert.Contains(service.Output, line => line.Contains("Sessions:AccessTokenLifetime: 00:16:00 is long"));
        Assert.Contains(service.Output, line => line.Contains("Sessions:AllowRefreshTokenInQuery: "));
        Assert.DoesNotContain(service.Output, line => line.Contains("NIST"));
    }

    [Theory]
    [InlineData("--Logging:Level=Trace")]
    [InlineData("--Logging:Level=Trace", "--Sessions:AllowRefreshTokenInQuery=true")]
    public async Task A_query_is_never_logged(params string[] settings)
    {
        await using var service = await _here.ServeAsync(settings);
        using var client = new HandstampClient(service.Address);

        using var response = await client.PostAsync("refresh?refresh_token=hsr_canary", new { });
        await service.StopAsync();

        Assert.InRange((int)response.StatusCode, 400, 499);
        Assert.DoesNotContain(service.Output, line => line.Contains("canary"));
    }

    [Fact]
    public async Task An_unknown_address_and_a_wrong_method_are_problems_of_the_table()
    {
        await using var service = await _here.ServeAsync();
        using var client = new HandstampClient(service.Address);

        await AssertProblemAsync(client, HttpMethod.Get, "nothing/here", 404, "not_found");
        await AssertProblemAsync(client, HttpMethod.Get, "login", 405, "method_not_allowed");
        await AssertProblemAsync(client, HttpMethod.Delete, "health/live", 405, "method_not_allowed");
    }

    [Theory]
    [InlineData("")]
    [InlineData("auth/")]
    public async Task Under_the_OAuth_routes_an_unknown_address_and_a_wrong_method_are_OAuth_errors(string path)
    {
        await using var service = await _here.ServeAsync($"--BasePath=/{path.TrimEnd('/')}");
        using var client = new HandstampClient(service.Address);
        foreach (var (method, route, status, code) in new[]
        {
            (HttpMethod.Get, "oauth/token", 404, "not_found"), (HttpMethod.Get, "oauth", 404, "not_found"),
            (HttpMethod.Post, "oauth/introspect/more", 404, "not_found"), (HttpMethod.Get, "oauth/introspect", 405, "method_not_allowed"),
        })
        {
            using var response = await client.SendAsync(method, path + route);
            Assert.Equal((status, "application/json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
            Assert.True(response.Headers.CacheControl?.NoStore);
            var error = JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal("invalid_request", error.GetProperty("error").GetString());
            Assert.EndsWith($"/errors/{code}", error.GetProperty("error_uri").GetString());
            Assert.NotEmpty(error.GetProperty("error_description").GetString()!);
        }
        await AssertProblemAsync(client, HttpMethod.Get, path + "oauthx", 404, "not_found");
    }

    [Fact]
    public async Task Answers_do_not_reveal_the_server_software()
    {
        await using var service = await _here.ServeAsync();
        using var client = new HandstampClient(service.Address);

        using var response = await client.SendAsync(HttpMethod.Get, "health/live");

        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await using var service = await _here.ServeAsync();
        using var client = new HandstampClient(service.Address);

        using var little = await client.PostAsync("login", new { email = new string('a', 65 * 1024), password = "" });
        var much = 0;
        // The service answers and closes the connection. A client that is still writing may find it broken before it
        // reads the answer.
        await Eventually.TrueAsync(async () => (much = await TryPostAsync(new string('a', 1024 * 1024))) != 0, "the answer is read");

        Assert.Equal((413, 413), ((int)little.StatusCode, much));
        Assert.Equal("application/problem+json", little.Content.Headers.ContentType?.MediaType);

        async Task<int> TryPostAsync(string email)
        {
            try
            {
                using var answer = await client.PostAsync("login", new { email, password = "" });
                return (int)answer.StatusCode;
            }
            catch (HttpRequestException)
            {
                return 0;
            }
        }
    }

    [Fact]
    public async Task All_routes_are_under_the_base_path()
    {
        await using var service = await _here.ServeAsync("--BasePath=/auth");
        using var client = new HandstampClient(new Uri(service.Address, "auth/"));

        var (_, discovery) = await client.GetAsync(".well-known/oauth-authorization-server");

        Assert.Equal(new Uri(service.Address, "auth").ToString(), discovery.GetProperty("issuer").GetString());
        await AssertProblemAsync(client, HttpMethod.Get, "/health/live", 404, "not_found");
    }

    [Fact]
    public async Task Metrics_are_served_if_the_settings_say_so()
    {
        await using var service = await _here.ServeAsync("--Telemetry:Prometheus=true");
        using var client = new HandstampClient(service.Address);
        var tokens = await client.JoinAsync(Ada);
        await client.RefreshAsync(tokens.RefreshToken);

        using var response = await client.SendAsync(HttpMethod.Get, "metrics");
        var metrics = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Matches(@"handstamp_logins\w*\{[^}]*outcome=""[^""]+""[^}]*\} 1", metrics);
        Assert.Matches(@"handstamp_refreshes\w*\{[^}]*outcome=""hold""[^}]*\} 1", metrics);
        Assert.DoesNotContain(Ada, metrics);
        Assert.DoesNotContain(tokens.SessionId.ToString(), metrics);
    }

    [Fact]
    public async Task Metrics_are_not_served_by_default()
    {
        await using var service = await _here.ServeAsync();
        using var client = new HandstampClient(service.Address);

        await AssertProblemAsync(client, HttpMethod.Get, "metrics", 404, "not_found");
    }

    [Fact]
    public async Task Telemetry_is_sent_to_the_address_in_the_settings()
    {
        using var collector = new TcpListener(IPAddress.Loopback, 0);
        collector.Start();
        await using var service = await _here.ServeAsync($"--Telemetry:OtlpEndpoint=http://{collector.LocalEndpoint}");
        using var client = new HandstampClient(service.Address);
        await client.GetAsync("health/live");

        var stopped = service.StopAsync();
        using var connection = await collector.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var preface = new byte[14];
        await connection.GetStream().ReadExactlyAsync(preface, TestContext.Current.CancellationToken);
        connection.Close();
        collector.Stop();

        Assert.Equal("PRI * HTTP/2.0", Encoding.ASCII.GetString(preface));
        Assert.Equal(0, await stopped);
    }

    public void Dispose() => _here.Dispose();

    static async Task AssertProblemAsync(
        HandstampClient client, HttpMethod method, string path, int status, string code)
    {
        using var response = await client.SendAsync(method, path);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var problem = JsonElement.Parse(body);
        Assert.Equal((status, code), ((int)response.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("nosniff", response.Headers.GetValues("X-Content-Type-Options"));
    }
}

using System.Net;
using Handstamp.Bearer.Dpop;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Bearer.Tests.Dpop;

/// <summary>The address that a proof must name: the API's own, whatever a request says.</summary>
public sealed class OwnOriginsTests : IAsyncLifetime
{
    const string Origin = "https://api.example.com";
    const string Development = nameof(Development);

    static readonly SigningKey Key = SigningKey.Create(JwsAlgorithm.Es256);

    TestIssuer _issuer = null!;
    string _token = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _token = _issuer.Issue(token => token with { KeyThumbprint = Key.PublicKey.Thumbprint });
    }

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    static string OriginOf(TestApi api) => api.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    string Proof(string address) => DpopProof.Create(Key, "GET", new Uri(address), _issuer.Clock.GetUtcNow(), _token, nonce: null);

    Task<Answer> SendAsync(TestApi api, string proof, string path = "/me", params (string, string)[] headers) =>
        api.SendAsync(path, [("Authorization", $"DPoP {_token}"), ("DPoP", proof), .. headers]);

    async Task<HttpStatusCode> StatusAsync(TestApi api, string address, string path = "/me", params (string, string)[] headers) =>
        (await SendAsync(api, Proof(address), path, headers)).Status;

    /// <summary>
    /// Like an app that builds its links from forwarded headers, and does not restrict which proxies may send them.
    /// </summary>
    static void BelieveForwardedHeaders(IServiceCollection services) => services.Configure<ForwardedHeadersOptions>(options =>
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto;
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
    });

    [Theory]
    [InlineData("Host")]
    [InlineData("X-Forwarded-Host")]
    public async Task A_proof_for_another_API_is_refused_though_the_request_names_that_APIs_host(string header)
    {
        await using var one = await TestApi.FollowAsync(_issuer, environment: Development);
        await using var other = await TestApi.FollowAsync(_issuer, services: BelieveForwardedHeaders, environment: Development);
        var proof = Proof(OriginOf(one) + "/me");

        var replayed = await SendAsync(other, proof, headers: (header, one.Client.BaseAddress!.Authority));

        Assert.Equal(HttpStatusCode.Unauthorized, replayed.Status);
        Assert.Contains("htu is not the address of the request", replayed.Challenge, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(one, proof)).Status);
    }

    [Theory]
    [InlineData("Host")]
    [InlineData("X-Forwarded-Host")]
    public async Task Only_the_configured_address_counts(string header)
    {
        await using var api = await TestApi.FollowAsync(
            _issuer, options => options.PublicOrigin = Origin, BelieveForwardedHeaders);
        (string, string)[] said = [(header, "shop.example.com"), ("X-Forwarded-Proto", "https")];

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(api, Origin + "/me", headers: said));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(api, "https://shop.example.com/me", headers: said));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(api, OriginOf(api) + "/me"));
    }

    [Fact]
    public async Task In_production_an_API_that_does_not_know_its_address_refuses_bound_tokens_and_says_what_to_configure()
    {
        await using var api = await TestApi.FollowAsync(_issuer);

        for (var i = 0; i < 3; i++)
        {
            var refused = await SendAsync(api, Proof(OriginOf(api) + "/me"));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
            Assert.StartsWith("DPoP algs=\"ES256 RS256\", error=\"invalid_token\"", refused.Challenge, StringComparison.Ordinal);
            Assert.Contains("HandstampBearerOptions.PublicOrigin", refused.Challenge, StringComparison.Ordinal);
        }

        Assert.StartsWith("Error ", Assert.Single(api.Logs.Of(6203)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/me", _issuer.Issue())).Status);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5111", "http://127.0.0.1:5111", "http://localhost:5111", "http://[::1]:5111")]
    [InlineData("http://localhost:5111", "http://localhost:5111", "http://127.0.0.1:5111", "http://[::1]:5111")]
    [InlineData("https://[::]:5111", "https://localhost:5111", "https://127.0.0.1:5111", "https://[::1]:5111")]
    [InlineData("http://*:5111", "http://localhost:5111", "http://127.0.0.1:5111", "http://[::1]:5111")]
    [InlineData("http://+:5111", "http://localhost:5111", "http://127.0.0.1:5111", "http://[::1]:5111")]
    [InlineData("http://192.0.2.7:5111", "http://192.0.2.7:5111")]
    public void In_development_the_addresses_are_the_servers_own_and_all_names_of_this_machine(string listening, params string[] origins) =>
        Assert.Equal(origins, OwnOrigins.NamesOf(listening));

    [Fact]
    public async Task In_development_a_configured_address_counts_alone()
    {
        await using var api = await TestApi.FollowAsync(_issuer, options => options.PublicOrigin = Origin, environment: Development);

        Assert.Equal([Origin], api.Get<OwnOrigins>().All);
    }

    [Fact]
    public async Task A_server_that_names_no_addresses_has_no_origin()
    {
        using var server = new Silent();
        await using var api = await TestApi.FollowAsync(_issuer, environment: Development);

        Assert.Empty(new OwnOrigins(api.Get<IOptions<HandstampBearerOptions>>(), api.Get<IHostEnvironment>(), server).All);
    }

    [Fact]
    public async Task In_development_the_machine_may_be_called_by_its_name()
    {
        await using var api = await TestApi.FollowAsync(_issuer, environment: Development);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(api, $"http://localhost:{api.Client.BaseAddress!.Port}/me"));
    }

    [Fact]
    public async Task A_prefix_that_the_proxy_removes_counts_if_it_is_the_base_path_of_the_app()
    {
        await using var api = await TestApi.FollowAsync(
            _issuer, options => options.PublicOrigin = Origin, services => services.AddSingleton<IStartupFilter>(new UnderPrefix("/orders")));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(api, Origin + "/orders/me"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(api, Origin + "/me"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(api, Origin + "/stock/me", headers: ("X-Forwarded-Prefix", "/stock")));
    }

    [Fact]
    public async Task A_base_path_that_the_proxy_keeps_counts_unchanged()
    {
        await using var api = await TestApi.FollowAsync(_issuer, options => options.PublicOrigin = Origin);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(api, Origin + "/base/me", "/base/me"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(api, Origin + "/me", "/base/me"));
    }

    sealed class Silent : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }

    /// <summary>The setup of an app behind a proxy that removes a prefix.</summary>
    sealed class UnderPrefix(string prefix) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                context.Request.PathBase = prefix;
                return rest(context);
            });
            next(app);
        };
    }
}

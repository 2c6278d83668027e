using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Handstamp.Server.Tests;

/// <summary>The service inside another app: its own routes under a path, and nothing else changed.</summary>
public sealed class EmbeddingTests : IDisposable
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("handstamp-test-");

    sealed record Greeting(string Text);

    [Fact]
    public async Task An_app_keeps_its_own_behaviour_beside_the_routes_of_the_service()
    {
        await using var app = Build(service => service.AddPages());
        app.MapHandstamp();
        app.MapPost("/greet", (Greeting greeting) => new Greeting($"Hello {greeting.Text}"));
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var registered = await client.PostAsync("/auth/register", Json("""{"email":"ada@example.com","password":"a quite unusual sentence"}"""));
        using var greeted = await client.PostAsync("/greet", Json("""{"TEXT":"Ada","unknown":1}"""));
        using var elsewhere = await client.PostAsync("/register", Json("{}"));
        using var page = await client.GetAsync("/auth/account");
        using var refused = await client.PostAsync("/auth/login", Json("{}"));

        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        Assert.Equal("""{"text":"Hello Ada"}""", await greeted.Content.ReadAsStringAsync());
        Assert.False(greeted.Headers.Contains("Content-Security-Policy"));
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        Assert.Contains("action=\"/auth/account/login\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("\"/auth/errors/invalid_request\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_that_adds_no_pages_has_only_the_other_routes()
    {
        await using var app = Build(_ => { });
        app.MapHandstamp();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var registered = await client.PostAsync("/auth/register", Json("""{"email":"ada@example.com","password":"a quite unusual sentence"}"""));
        using var page = await client.GetAsync("/auth/account");
        using var style = await client.GetAsync("/auth/account/style.css");

        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, style.StatusCode);
    }

    [Fact]
    public async Task Pages_that_are_added_twice_are_mapped_once()
    {
        await using var app = Build(service => service.AddPages().AddPages());
        app.MapHandstamp();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var page = await client.GetAsync("/auth/account/login");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    WebApplication Build(Action<HandstampBuilder> add)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Handstamp:Issuer"] = "https://app.example.com/auth",
            ["Handstamp:BasePath"] = "/auth",
            ["Handstamp:Storage:DataDirectory"] = _directory.FullName,
        });
        add(builder.Services.AddHandstamp(builder.Configuration.GetSection("Handstamp")));
        builder.Services.AddHandstampSqlite(Path.Combine(_directory.FullName, "handstamp.db"));
        return builder.Build();
    }

    static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");
}

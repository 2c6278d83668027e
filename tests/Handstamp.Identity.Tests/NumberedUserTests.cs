using System.Security.Claims;
using Handstamp.TestBed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>An app whose users have numbers as ids.</summary>
public sealed class NumberedUserTests
{
    static readonly object Ada = new { email = IdentityApp.Email, password = IdentityApp.Password };

    [Fact]
    public async Task They_log_in_refresh_and_are_found()
    {
        using var directory = new TempDirectory();
        await using var app = await StartAsync(directory);
        using var client = ClientOf(app);
        (await client.PostAsync("/register", Ada)).IsEmptyOk();

        var tokens = Tokens.Of(await client.PostAsync("/login", Ada));
        tokens = Tokens.Of(await client.PostAsync("/refresh", new { tokens.RefreshToken }));

        Assert.Equal("1", (await client.SendAsync(HttpMethod.Get, "/id", null, tokens.AccessToken)).IsOk().Body);
        Assert.Equal(IdentityApp.Email, (await client.SendAsync(HttpMethod.Get, "/manage/info", null, tokens.AccessToken)).IsOk().Text("email"));
        Assert.Single((await client.SendAsync(HttpMethod.Get, "/manage/sessions", null, tokens.AccessToken)).IsOk().Json.EnumerateArray());
    }

    [Fact]
    public async Task An_id_that_is_no_number_is_nobodys()
    {
        using var directory = new TempDirectory();
        await using var app = await StartAsync(directory);
        using var client = ClientOf(app);

        foreach (var id in new[] { "x", "1.5", "99999999999999999999", "%20" })
            (await client.GetAnswerAsync($"/confirmEmail?userId={id}&code=AAAA")).IsUnauthorized();
    }

    static async Task<WebApplication> StartAsync(TempDirectory directory)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{ServerPort.Find()}");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Handstamp:DataDirectory"] = directory.Path });
        builder.Services.AddAuthorization();
        builder.Services.AddDbContext<NumberedUsers>(options => options.UseSqlite($"Data Source={directory.File("app.db")};Pooling=False"));
        builder.Services.AddIdentityApiEndpoints<IdentityUser<int>>().AddEntityFrameworkStores<NumberedUsers>();
        builder.Services.AddHandstampIdentity<IdentityUser<int>>().AddEntityFrameworkStore<NumberedUsers>();

        var app = builder.Build();
        await using (var scope = app.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<NumberedUsers>().Database.EnsureCreatedAsync();
        app.MapHandstampIdentityApi<IdentityUser<int>>();
        app.MapGet("/id", (ClaimsPrincipal user) => user.FindFirstValue(ClaimTypes.NameIdentifier)).RequireAuthorization();
        await app.StartAsync();
        return app;
    }

    static HttpClient ClientOf(WebApplication app) => new() { BaseAddress = new Uri(app.Urls.Single()) };

    sealed class NumberedUsers(DbContextOptions<NumberedUsers> options) : IdentityDbContext<IdentityUser<int>, IdentityRole<int>, int>(options)
    {
        protected override void OnModelCreating(ModelBuilder builder)
        {
            base.OnModelCreating(builder);
            builder.UseHandstamp();
        }
    }
}

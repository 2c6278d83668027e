using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>Two requests that change one passkey at the same moment.</summary>
public sealed class PasskeyRaceTests
{
    // Identity reads the passkey, looks it up once more, and writes it.
    const int BeforeTheLookup = 1;
    const int BeforeTheWrite = 2;

    // The user's passkeys are counted, and this one is looked up twice.
    const int BeforeTheAddition = 3;

    readonly BeforeCommand _moment = new("AspNetUserPasskeys");

    [Fact]
    public async Task One_that_is_added_twice_is_added_once()
    {
        await using var app = await StartAsync();
        var tokens = await app.RegisterAndLoginAsync();
        using var browser = app.NewOriginBrowser();
        using var other = app.NewOriginBrowser();
        var authenticator = app.NewAuthenticator();
        var options = (await browser.PostAsync("/manage/passkeys/creationOptions", new { }, tokens.AccessToken)).IsOk().Json;

        _moment.Once(BeforeTheAddition, async () => (await other.AddPasskeyAsync(authenticator, tokens, "First")).IsOk());
        (await browser.PostAsync("/manage/passkeys", new { credential = authenticator.Create(options), name = "Second" }, tokens.AccessToken)).IsInvalid("InvalidPasskey");

        Assert.Equal(["First"], await NamesAsync(app, tokens));
    }

    [Theory]
    [InlineData(BeforeTheLookup, true)]
    [InlineData(BeforeTheWrite, true)]
    [InlineData(BeforeTheLookup, false)]
    [InlineData(BeforeTheWrite, false)]
    public async Task One_that_is_removed_during_a_login_logs_nobody_in_and_stays_removed(int moment, bool isTracking)
    {
        await using var app = await StartAsync(isTracking);
        var tokens = await app.RegisterAndLoginAsync();
        using var browser = app.NewOriginBrowser();
        var authenticator = app.NewAuthenticator();
        var path = await AddAsync(browser, authenticator, tokens);
        var options = (await browser.PostAsync("/passkeys/requestOptions", new { })).IsOk().Json;

        _moment.Once(moment, () => RemoveAsync(app, path, tokens));
        (await browser.PostAsync("/passkeys/login", new { credential = authenticator.Get(options) })).IsRefused("Failed");

        Assert.Empty(await NamesAsync(app, tokens));
    }

    [Theory]
    [InlineData(BeforeTheLookup, true)]
    [InlineData(BeforeTheWrite, true)]
    [InlineData(BeforeTheLookup, false)]
    [InlineData(BeforeTheWrite, false)]
    public async Task One_that_is_removed_before_its_new_name_is_written_is_not_found_and_stays_removed(int moment, bool isTracking)
    {
        await using var app = await StartAsync(isTracking);
        var tokens = await app.RegisterAndLoginAsync();
        using var browser = app.NewOriginBrowser();
        var path = await AddAsync(browser, app.NewAuthenticator(), tokens);

        _moment.Once(moment, () => RemoveAsync(app, path, tokens));
        (await app.Client.SendAsync(HttpMethod.Put, path, new { name = "Phone" }, tokens.AccessToken)).IsEmpty(HttpStatusCode.NotFound);

        Assert.Empty(await NamesAsync(app, tokens));
    }

    [Fact]
    public async Task One_that_is_removed_twice_is_not_found_the_second_time()
    {
        await using var app = await StartAsync();
        var tokens = await app.RegisterAndLoginAsync();
        using var browser = app.NewOriginBrowser();
        var path = await AddAsync(browser, app.NewAuthenticator(), tokens);

        _moment.Once(BeforeTheWrite, () => RemoveAsync(app, path, tokens));
        (await app.Client.SendAsync(HttpMethod.Delete, path, null, tokens.AccessToken)).IsEmpty(HttpStatusCode.NotFound);
    }

    Task<IdentityApp> StartAsync(bool isTracking = true) => IdentityApp.StartAsync(Wire.Handstamp, services: services =>
    {
        services.ConfigureDbContext<AppUsers>(options => options.AddInterceptors(_moment));
        if (!isTracking) services.ConfigureDbContext<AppUsers>(options => options.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking));
    });

    static async Task<string> AddAsync(HttpClient browser, TestBed.Authenticator authenticator, Tokens tokens) =>
        "/manage/passkeys/" + (await browser.AddPasskeyAsync(authenticator, tokens, "Laptop")).Text("credentialId");

    static async Task RemoveAsync(IdentityApp app, string path, Tokens tokens) =>
        (await app.Client.SendAsync(HttpMethod.Delete, path, null, tokens.AccessToken)).IsEmptyOk();

    static async Task<string?[]> NamesAsync(IdentityApp app, Tokens tokens) =>
        [.. (await app.GetAsync("/manage/passkeys", tokens.AccessToken)).IsOk().Json.EnumerateArray().Select(one => one.GetProperty("name").GetString())];
}

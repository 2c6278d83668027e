using System.Net;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>The ways in which an app can have set Identity up.</summary>
public sealed class SetupTests
{
    [Theory, OnBoth]
    public async Task An_app_may_take_only_tokens_and_no_cookies(Wire wire)
    {
        await using var app = await StartWithTokensOnlyAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        (await app.GetAsync("/hello", tokens.AccessToken)).IsOk();
        (await app.GetAsync("/hello")).IsUnauthorized();
        tokens = Tokens.Of(await app.RefreshAsync(tokens));
        (await app.GetAsync("/manage/info", tokens.AccessToken)).IsOk();
        (await app.PostAsync("/manage/info", new { oldPassword = IdentityApp.Password, newPassword = IdentityApp.Password + "!" }, tokens.AccessToken)).IsOk();
        (await app.PostAsync("/manage/2fa", new { }, tokens.AccessToken)).IsOk();
    }

    [Fact]
    public async Task Such_an_app_has_logout_and_no_passkeys()
    {
        await using var app = await StartWithTokensOnlyAsync(Wire.Handstamp);
        var tokens = await app.RegisterAndLoginAsync();

        (await app.PostAsync("/passkeys/requestOptions", new { })).IsEmpty(HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.BadRequest, (await app.PostAsync("/login?useCookies=true", new { email = IdentityApp.Email, password = IdentityApp.Password })).Status);
        (await app.PostAsync("/logout", new { }, tokens.AccessToken)).IsEmptyOk();

        (await app.GetAsync("/hello", tokens.AccessToken)).IsUnauthorized();
    }

    [Theory, OnBoth]
    public async Task Events_of_the_app_find_tokens_elsewhere(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, services: services => services.Configure<BearerTokenOptions>(
            IdentityConstants.BearerScheme, options => options.Events.OnMessageReceived = message =>
            {
                message.Token = message.Request.Query["access_token"];
                return Task.CompletedTask;
            }));
        var tokens = await app.RegisterAndLoginAsync();

        (await app.GetAsync($"/hello?access_token={tokens.AccessToken}")).IsOk();
        (await app.GetAsync("/hello", tokens.AccessToken)).IsOk();
        (await app.GetAsync("/hello?access_token=x")).IsUnauthorized();
    }

    [Fact]
    public async Task Routes_without_sessions_stop_the_start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddIdentityApiEndpoints<AppUser>();
        await using var app = builder.Build();

        var fault = Assert.Throws<InvalidOperationException>(() => app.MapHandstampIdentityApi<AppUser>());

        Assert.Contains("AddHandstampIdentity<AppUser>", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public async Task A_number_of_passkeys_out_of_its_range_stops_the_start(int number) => Assert.Contains(
        "MaxPasskeysPerUser",
        (await Assert.ThrowsAsync<OptionsValidationException>(
            () => IdentityApp.StartAsync(Wire.Handstamp, sessions: options => options.MaxPasskeysPerUser = number))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void The_sessions_belong_to_one_type_of_user()
    {
        var services = new ServiceCollection();
        services.AddHandstampIdentity<AppUser>();
        services.AddHandstampIdentity<AppUser>();

        Assert.Throws<InvalidOperationException>(() => services.AddHandstampIdentity<IdentityUser>());
    }

    [Fact]
    public void Users_that_do_not_derive_from_identitys_stop_the_start()
    {
        var fault = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddHandstampIdentity<Person>());

        Assert.Contains("Person does not derive from IdentityUser", fault.Message, StringComparison.Ordinal);
        new ServiceCollection().AddHandstampIdentity<IdentityUser<int>>();
    }

    sealed class Person
    {
        public string Id { get; set; } = "";
    }

    static Task<IdentityApp> StartWithTokensOnlyAsync(Wire wire) => IdentityApp.StartAsync(wire, users: services =>
    {
        services.AddIdentityCore<AppUser>().AddRoles<IdentityRole>().AddEntityFrameworkStores<AppUsers>().AddApiEndpoints();
        services.AddAuthentication().AddBearerToken(IdentityConstants.BearerScheme);
    });
}

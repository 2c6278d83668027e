using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>Where an app may map the routes, and what it may add to them.</summary>
public sealed class GroupTests
{
    [Theory, OnBoth]
    public async Task They_can_be_in_a_group_and_links_lead_there(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(
            wire, identity => identity.SignIn.RequireConfirmedAccount = true, routes: app => IdentityApp.Map(app.MapGroup("/identity"), wire));
        (await app.PostAsync("/identity/register", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsEmptyOk();

        Assert.Equal("/identity/confirmEmail", new Uri(app.Mails.Only.Text).AbsolutePath);
        (await app.GetAsync(app.Mails.Only.Text)).IsOk();

        var tokens = Tokens.Of(await app.PostAsync("/identity/login", new { email = IdentityApp.Email, password = IdentityApp.Password }));
        tokens = Tokens.Of(await app.PostAsync("/identity/refresh", new { tokens.RefreshToken }));
        (await app.GetAsync("/identity/manage/info", tokens.AccessToken)).IsOk();
    }

    [Theory, OnBoth]
    public async Task Two_groups_send_links_to_themselves(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(
            wire, identity => identity.SignIn.RequireConfirmedAccount = true, routes: app =>
            {
                IdentityApp.Map(app.MapGroup("/one"), wire);
                IdentityApp.Map(app.MapGroup("/two"), wire);
            });

        foreach (var group in new[] { "/one", "/two" })
        {
            var email = $"{group[1..]}@example.com";
            (await app.PostAsync(group + "/register", new { email, password = IdentityApp.Password })).IsEmptyOk();
            Assert.Equal(group + "/confirmEmail", new Uri(app.Mails.Last.Text).AbsolutePath);
            (await app.GetAsync(app.Mails.Last.Text)).IsOk();
            Tokens.Of(await app.PostAsync(group + "/login", new { email, password = IdentityApp.Password }));
        }
    }

    [Theory, OnBoth]
    public async Task An_app_adds_conventions_to_all_of_them(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, routes: app => IdentityApp.Map(app.MapGroup("/closed"), wire).RequireHost("nowhere.example"));

        (await app.PostAsync("/closed/register", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsEmpty(System.Net.HttpStatusCode.NotFound);
    }

    [Theory, OnBoth]
    public async Task The_routes_are_the_same(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);

        var routes = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods, (route, method) => $"{method} {route.RoutePattern.RawText}").ToHashSet();

        Assert.Superset(new HashSet<string>(
        [
            "POST /register", "POST /login", "POST /refresh", "GET /confirmEmail", "POST /resendConfirmationEmail", "POST /forgotPassword",
            "POST /resetPassword", "POST /manage/2fa", "GET /manage/info", "POST /manage/info",
        ]), routes);
    }
}

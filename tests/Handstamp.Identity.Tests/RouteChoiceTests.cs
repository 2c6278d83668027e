using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>Routes that the app has switched off, or replaced by its own.</summary>
public sealed class RouteChoiceTests
{
    [Fact]
    public async Task A_route_that_is_switched_off_is_not_there()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, api: api => api.Routes &= ~(IdentityRoutes.Register | IdentityRoutes.Info));

        (await app.PostAsync("/register", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsEmpty(HttpStatusCode.NotFound);
        (await app.GetAsync("/manage/info")).IsEmpty(HttpStatusCode.NotFound);
        (await app.PostAsync("/login", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsRefused("Failed");
    }

    [Fact]
    public async Task The_app_maps_its_own_in_its_place()
    {
        await using var app = await IdentityApp.StartAsync(
            Wire.Handstamp, api: api => api.Routes &= ~IdentityRoutes.Register, routes: routes => routes.MapPost("/register", () => "by invitation only"));

        Assert.Equal("by invitation only", (await app.PostAsync("/register", new { })).IsOk().Body);
    }

    [Fact]
    public async Task Each_route_can_be_the_only_one()
    {
        foreach (var route in Enum.GetValues<IdentityRoutes>())
            await using (await IdentityApp.StartAsync(Wire.Handstamp, api: api =>
            {
                api.Routes = route;
                api.ConfirmationPage = new Uri("https://app.example.com/confirm");
            }))
            {
                // It has started.
            }
    }

    [Fact]
    public async Task Links_lead_to_a_page_of_the_app()
    {
        await using var app = await IdentityApp.StartAsync(
            Wire.Handstamp, api: api => api.ConfirmationPage = new Uri("https://app.example.com/confirm"));
        await app.RegisterAsync();

        var link = new Uri(app.Mails.Only.Text);
        Assert.Equal("https://app.example.com/confirm", link.GetLeftPart(UriPartial.Path));
        var query = QueryHelpers.ParseQuery(link.Query);
        (await app.GetAsync($"/confirmEmail?userId={query["userId"]}&code={query["code"]}")).IsOk();
    }

    [Fact]
    public async Task Links_that_would_lead_nowhere_stop_the_start()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            IdentityApp.StartAsync(Wire.Handstamp, api: api => api.Routes &= ~IdentityRoutes.ConfirmEmail));
        Assert.Contains("ConfirmationPage", fault.Message, StringComparison.Ordinal);

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            IdentityApp.StartAsync(Wire.Handstamp, api: api => api.ConfirmationPage = new Uri("/confirm", UriKind.Relative)));
    }
}

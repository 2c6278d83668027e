using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Handstamp.Pages;

/// <summary>The routes of the pages.</summary>
static class PageEndpoints
{
    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        if (!services.GetRequiredService<IOptions<PagesOptions>>().Value.Enabled) return;

        var pages = routes.MapGroup(PageLinks.Root).WithMetadata(services.GetRequiredService<PageWriter>());
        pages.MapAssets(services.GetRequiredService<Brand>());
        pages.MapEntrance(services);
        pages.MapAccount(services);

        var links = services.GetRequiredService<PageLinks>();
        // Password managers open it (W3C, A Well-Known URL for Changing Passwords).
        routes.MapGet("/.well-known/change-password", context =>
        {
            PageWriter.GoTo(context, links.On(context.Request).Password);
            return Task.CompletedTask;
        }).WithMetadata(services.GetRequiredService<PageWriter>());
    }

    static void MapAssets(this IEndpointRouteBuilder pages, Brand brand)
    {
        pages.MapGet("/style.css", context => WriteAsync(context, brand.Style));
        pages.MapGet("/logo", context => WriteAsync(context, brand.Logo));
    }

    static void MapEntrance(this IEndpointRouteBuilder pages, IServiceProvider services)
    {
        var login = services.GetRequiredService<LoginPage>();
        var register = services.GetRequiredService<RegisterPage>();
        pages.MapGet("/login", login.ShowAsync);
        pages.MapPost("/login", login.SubmitAsync);
        pages.MapPost("/login/code", services.GetRequiredService<SecondFactorPage>().SubmitAsync);
        pages.MapGet("/register", register.ShowAsync);
        pages.MapPost("/register", register.SubmitAsync);
        var forgot = services.GetRequiredService<ForgotPage>();
        var reset = services.GetRequiredService<ResetPage>();
        pages.MapGet("/forgot", forgot.ShowAsync);
        pages.MapPost("/forgot", forgot.SubmitAsync);
        pages.MapGet("/reset", reset.ShowAsync);
        pages.MapPost("/reset", reset.SubmitAsync);
    }

    static void MapAccount(this IEndpointRouteBuilder pages, IServiceProvider services)
    {
        var device = services.GetRequiredService<DevicePage>();
        var password = services.GetRequiredService<PasswordPage>();
        var logout = services.GetRequiredService<LogoutPage>();
        pages.MapGet("", services.GetRequiredService<AccountPage>().ShowAsync);
        pages.MapGet("/devices/{id}", device.ShowAsync);
        pages.MapPost("/devices/{id}", device.RenameAsync);
        pages.MapPost("/devices/{id}/end", device.EndAsync);
        pages.MapGet("/password", password.ShowAsync);
        pages.MapPost("/password", password.SubmitAsync);
        pages.MapGet("/logout", logout.ShowAsync);
        pages.MapPost("/logout", logout.SubmitAsync);
        pages.MapPost("/logout/all", logout.SubmitAllAsync);
    }

    static async Task WriteAsync(HttpContext context, Asset asset)
    {
        context.Response.ContentType = asset.ContentType;
        context.Response.ContentLength = asset.Content.Length;
        // The address in the pages contains the version.
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        await context.Response.Body.WriteAsync(asset.Content, context.RequestAborted);
    }
}

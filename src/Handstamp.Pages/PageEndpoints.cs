using System.Text.Json.Serialization;
using Handstamp.Server.Accounts.Passkeys;
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
        // Password managers read it (W3C, A Well-Known URL for Relying Party Passkey Endpoints).
        var party = services.GetRequiredService<RelyingParty>();
        if (party.IsDomain)
            routes.MapGet("/.well-known/passkey-endpoints", context => context.Response.WriteAsJsonAsync(
                links.On(context.Request).PasskeyPages, PasskeyPagesJson.Default.PasskeyPages)).WithMetadata(services.GetRequiredService<PageWriter>());
    }

    static void MapAssets(this IEndpointRouteBuilder pages, Brand brand)
    {
        pages.MapGet("/style.css", context => WriteAsync(context, brand.Style));
        pages.MapGet("/logo", context => WriteAsync(context, brand.Logo));
        pages.MapGet("/passkeys.js", context => WriteAsync(context, Brand.PasskeyScript));
        pages.MapGet("/challenge.js", context => WriteAsync(context, Brand.ChallengeScript));
        pages.MapGet("/show-password.js", context => WriteAsync(context, Brand.ShowPasswordScript));
    }

    static void MapEntrance(this IEndpointRouteBuilder pages, IServiceProvider services)
    {
        var login = services.GetRequiredService<LoginPage>();
        var register = services.GetRequiredService<RegisterPage>();
        pages.MapGet("/login", login.ShowAsync);
        pages.MapPost("/login", login.SubmitAsync);
        pages.MapPost("/login/code", services.GetRequiredService<SecondFactorPage>().SubmitAsync);
        var passkey = services.GetRequiredService<PasskeyLoginPage>();
        pages.MapPost("/login/passkey", passkey.SubmitAsync);
        pages.MapPost("/login/code/passkey", passkey.SubmitSecondAsync);
        pages.MapPost("/login/restore", services.GetRequiredService<DeletionPages>().KeepAsync);
        pages.MapGet("/register", register.ShowAsync);
        pages.MapPost("/register", register.SubmitAsync);
        var invitation = services.GetRequiredService<InvitationPage>();
        pages.MapGet("/invitation", invitation.ShowAsync);
        pages.MapPost("/invitation", invitation.SubmitAsync);
        var external = services.GetRequiredService<ExternalPage>();
        pages.MapGet("/external/{name}", external.StartAsync);
        pages.MapPost("/external/{name}", external.SubmitAsync);
        pages.MapGet("/external/{name}/callback", external.EndAsync);
        pages.MapPost("/external/{name}/callback", external.ForwardAsync);
        var forgot = services.GetRequiredService<ForgotPage>();
        var reset = services.GetRequiredService<ResetPage>();
        pages.MapGet("/forgot", forgot.ShowAsync);
        pages.MapPost("/forgot", forgot.SubmitAsync);
        pages.MapGet("/reset", reset.ShowAsync);
        pages.MapPost("/reset", reset.SubmitAsync);
        pages.MapMails(services);
    }

    static void MapMails(this IEndpointRouteBuilder pages, IServiceProvider services)
    {
        var verify = services.GetRequiredService<VerifyPages>();
        var login = services.GetRequiredService<MailLoginPages>();
        var email = services.GetRequiredService<EmailPages>();
        pages.MapGet("/verify", verify.ShowAsync);
        pages.MapPost("/verify", verify.SubmitAsync);
        pages.MapPost("/verify/code", verify.SubmitCodeAsync);
        pages.MapGet("/verify/resend", verify.ShowResendAsync);
        pages.MapPost("/verify/resend", verify.ResendAsync);
        pages.MapGet("/login/mail", login.ShowAsync);
        pages.MapPost("/login/mail", login.SubmitAsync);
        pages.MapPost("/login/mail/code", login.SubmitCodeAsync);
        pages.MapGet("/login/link", login.ShowLinkAsync);
        pages.MapPost("/login/link", login.SubmitLinkAsync);
        var deletion = services.GetRequiredService<DeletionPages>();
        pages.MapGet("/restore", deletion.ShowRestoreAsync);
        pages.MapPost("/restore", deletion.RestoreAsync);
        pages.MapGet("/email", email.ShowAsync);
        pages.MapPost("/email", email.SubmitAsync);
        pages.MapPost("/email/code", email.SubmitCodeAsync);
        pages.MapGet("/email/confirm", email.ShowConfirmAsync);
        pages.MapPost("/email/confirm", email.ConfirmAsync);
        pages.MapGet("/email/undo", email.ShowUndoAsync);
        pages.MapPost("/email/undo", email.UndoAsync);
    }

    static void MapAccount(this IEndpointRouteBuilder pages, IServiceProvider services)
    {
        var device = services.GetRequiredService<DevicePage>();
        var password = services.GetRequiredService<PasswordPage>();
        var logout = services.GetRequiredService<LogoutPage>();
        var confirm = services.GetRequiredService<ConfirmPage>();
        pages.MapGet("", services.GetRequiredService<AccountPage>().ShowAsync);
        var external = services.GetRequiredService<ExternalPage>();
        pages.MapPost("/external/{name}/link", external.LinkAsync);
        pages.MapPost("/external-logins/{id}/remove", external.UnlinkAsync);
        pages.MapGet("/devices/{id}", device.ShowAsync);
        pages.MapPost("/devices/{id}", device.RenameAsync);
        pages.MapPost("/devices/{id}/end", device.EndAsync);
        pages.MapGet("/password", password.ShowAsync);
        pages.MapPost("/password", password.SubmitAsync);
        var factors = services.GetRequiredService<FactorsPage>();
        pages.MapGet("/factors", factors.ShowAsync);
        pages.MapPost("/factors/totp", factors.AddTotpAsync);
        pages.MapPost("/factors/totp/confirm", factors.ConfirmTotpAsync);
        pages.MapPost("/factors/recovery-codes", factors.RenewCodesAsync);
        pages.MapPost("/factors/{id}/remove", factors.RemoveAsync);
        pages.MapGet("/confirm", confirm.ShowAsync);
        pages.MapPost("/confirm", confirm.SubmitAsync);
        pages.MapPost("/confirm/code", confirm.SubmitCodeAsync);
        pages.MapPost("/confirm/passkey", confirm.SubmitPasskeyAsync);
        pages.MapPost("/confirm/code/passkey", confirm.SubmitSecondPasskeyAsync);
        var passkeys = services.GetRequiredService<PasskeysPage>();
        pages.MapGet("/passkeys", passkeys.ShowAsync);
        pages.MapGet("/passkeys/new", passkeys.BeginAsync);
        pages.MapPost("/passkeys/new", passkeys.AddAsync);
        var conditional = services.GetRequiredService<ConditionalPasskeyPage>();
        pages.MapPost("/passkeys/conditional/options", conditional.BeginAsync);
        pages.MapPost("/passkeys/conditional", conditional.AddAsync);
        pages.MapGet("/passkeys/{id}", passkeys.ManageAsync);
        pages.MapPost("/passkeys/{id}", passkeys.RenameAsync);
        pages.MapPost("/passkeys/{id}/remove", passkeys.RemoveAsync);
        pages.MapSelfService(services);
        var terms = services.GetRequiredService<TermsPage>();
        pages.MapGet("/terms", terms.ShowAsync);
        pages.MapPost("/terms", terms.SubmitAsync);
        pages.MapGet("/logout", logout.ShowAsync);
        pages.MapPost("/logout", logout.SubmitAsync);
        pages.MapPost("/logout/all", logout.SubmitAllAsync);
    }

    static void MapSelfService(this IEndpointRouteBuilder pages, IServiceProvider services)
    {
        var profile = services.GetRequiredService<ProfilePage>();
        var deletion = services.GetRequiredService<DeletionPages>();
        pages.MapGet("/profile", profile.ShowAsync);
        pages.MapPost("/profile", profile.SubmitAsync);
        pages.MapPost("/export", profile.ExportAsync);
        var username = services.GetRequiredService<UsernamePage>();
        pages.MapGet("/username", username.ShowAsync);
        pages.MapPost("/username", username.SubmitAsync);
        pages.MapGet("/activity", services.GetRequiredService<ActivityPage>().ShowAsync);
        pages.MapGet("/delete", deletion.ShowAsync);
        pages.MapPost("/delete", deletion.SubmitAsync);
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

/// <summary>Where people add and manage their passkeys, as absolute addresses.</summary>
sealed record PasskeyPages(string Enroll, string Manage);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PasskeyPages))]
sealed partial class PasskeyPagesJson : JsonSerializerContext;

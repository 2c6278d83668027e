using Handstamp.TestBed;

namespace Handstamp.Identity.Tests;

/// <summary>What a page does with a passkey.</summary>
static class Passkeys
{
    /// <summary>A browser that shows a page of the app.</summary>
    public static HttpClient NewOriginBrowser(this IdentityApp app)
    {
        var browser = app.NewBrowser();
        browser.DefaultRequestHeaders.Add("Origin", OriginOf(app));
        return browser;
    }

    public static Authenticator NewAuthenticator(this IdentityApp app) => new() { Origin = OriginOf(app), RpId = "127.0.0.1" };

    public static async Task<Answer> AddPasskeyAsync(this HttpClient browser, Authenticator authenticator, Tokens tokens, string? name = null)
    {
        var options = (await browser.PostAsync("/manage/passkeys/creationOptions", new { }, tokens.AccessToken)).IsOk().Json;
        return await browser.PostAsync("/manage/passkeys", new { credential = authenticator.Create(options), name }, tokens.AccessToken);
    }

    public static async Task<Answer> LoginWithPasskeyAsync(this HttpClient browser, Authenticator authenticator, string query = "")
    {
        var options = (await browser.PostAsync("/passkeys/requestOptions", new { })).IsOk().Json;
        return await browser.PostAsync("/passkeys/login" + query, new { credential = authenticator.Get(options) });
    }

    static string OriginOf(IdentityApp app) => app.Address.GetLeftPart(UriPartial.Authority);
}

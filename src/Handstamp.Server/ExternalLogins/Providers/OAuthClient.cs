using System.Text.Json;

namespace Handstamp.Server.ExternalLogins.Providers;

/// <summary>
/// A provider without ID tokens: it describes the person of an access token in its own words. It is asked with the token that it
/// has just given for our code and our secret, so its answer is about the person who has logged in.
/// </summary>
abstract class OAuthClient(ProviderSettings settings, ProviderHttp http) : ProviderClient(settings, http)
{
    protected abstract Uri Authorization { get; }

    protected abstract Uri Token { get; }

    protected abstract Task<ExternalIdentity> DescribeAsync(string accessToken, CancellationToken cancel);

    public override Task<string> AddressForAsync(ProviderRequest request, CancellationToken cancel) =>
        Task.FromResult(AddressFor(Authorization, request));

    public override async Task<ExternalIdentity> IdentifyAsync(ProviderRequest request, ProviderAnswer answer, CancellationToken cancel)
    {
        var tokens = await RedeemAsync(Token, request, answer.Code, Settings.Options.ClientSecret!, inBody: true, cancel);
        return await DescribeAsync(tokens.RequiredText("access_token"), cancel);
    }

    protected Uri At(string path) => new(Settings.Issuer.TrimEnd('/') + path);

    protected ExternalIdentity Identity(string subject, string? label, string? provedEmail) => new(
        Settings.Name, Settings.Issuer, subject, ProviderMembers.Label(label), Settings.Options.TrustEmail ? provedEmail : null);
}

/// <summary>docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps, and GitHub Enterprise Server.</summary>
sealed class GitHubClient(ProviderSettings settings, ProviderHttp http) : OAuthClient(settings, http)
{
    protected override Uri Authorization => At("/login/oauth/authorize");

    protected override Uri Token => At("/login/oauth/access_token");

    protected override async Task<ExternalIdentity> DescribeAsync(string accessToken, CancellationToken cancel)
    {
        var user = await Http.GetAsync(Api("/user"), accessToken, cancel);
        // The login can be given up and taken by another person; the number cannot.
        var id = user.Number("id") ?? throw new ProviderException("its answer has no id");
        var emails = await Http.GetAsync(Api("/user/emails"), accessToken, cancel);
        return Identity(id, user.Text("login"), ProvedEmail(emails));
    }

    static string? ProvedEmail(JsonElement emails) => emails.ValueKind != JsonValueKind.Array ? null : emails.EnumerateArray()
        .Where(one => one.IsTrue("primary") && one.IsTrue("verified")).Select(one => one.Email("email")).FirstOrDefault();

    Uri Api(string path) => Settings.Issuer == Settings.Facts.Issuer ? new Uri("https://api.github.com" + path) : At("/api/v3" + path);
}

/// <summary>discord.com/developers/docs/topics/oauth2</summary>
sealed class DiscordClient(ProviderSettings settings, ProviderHttp http) : OAuthClient(settings, http)
{
    protected override Uri Authorization => At("/oauth2/authorize");

    protected override Uri Token => At("/api/oauth2/token");

    protected override async Task<ExternalIdentity> DescribeAsync(string accessToken, CancellationToken cancel)
    {
        var user = await Http.GetAsync(At("/api/users/@me"), accessToken, cancel);
        return Identity(user.RequiredText("id"), user.Text("username"), user.IsTrue("verified") ? user.Email("email") : null);
    }
}

/// <summary>developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow. It does not say whether an address is proved.</summary>
sealed class FacebookClient(ProviderSettings settings, ProviderHttp http) : OAuthClient(settings, http)
{
    const string Version = "/v24.0";

    protected override Uri Authorization => At($"{Version}/dialog/oauth");

    protected override Uri Token => Graph("/oauth/access_token");

    protected override async Task<ExternalIdentity> DescribeAsync(string accessToken, CancellationToken cancel)
    {
        var user = await Http.GetAsync(Graph("/me?fields=id,name,email"), accessToken, cancel);
        return Identity(user.RequiredText("id"), user.Text("email") ?? user.Text("name"), provedEmail: null);
    }

    Uri Graph(string path) => new(Settings.Issuer.Replace("//www.", "//graph.", StringComparison.Ordinal) + Version + path);
}

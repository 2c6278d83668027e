using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Handstamp.Server.Tests.Sessions;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>
/// The service with a second factor, with a badge that can begin a login, and with a route that needs a recent login.
/// </summary>
sealed class ReauthenticateApp(HandstampApp app) : IAsyncDisposable
{
    public const string Otp = "otp";
    public const string Badge = "badge";
    const string Recent = "/only-recently";

    public static readonly TimeSpan TooLong = TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1);

    public HandstampApp App => app;

    public CodeFactor Code => app.Services.GetServices<IFactor>().OfType<CodeFactor>().Single();

    public InterleavedSessions Sessions => (InterleavedSessions)app.Get<ISessionStore>();

    public static async Task<ReauthenticateApp> StartAsync(Dictionary<string, string?>? settings = null)
    {
        var app = new ReauthenticateApp(await HandstampApp.StartAsync(settings, services: AddServices));
        app.Code.IsOn = false;
        await app.App.RegisterAsync();
        return app;
    }

    /// <summary>A session whose login is no longer recent, with a fresh access token.</summary>
    public async Task<TokenSet> OldLoginAsync()
    {
        var login = await app.LoginAsync();
        app.Jump(TooLong);
        return await app.RefreshedAsync(login.RefreshToken!);
    }

    public Task<HttpResponseMessage> AskAsync(TokenSet tokens, object body) => app.PostAsync("/reauthenticate", body, tokens.AccessToken);

    public async Task<TokenSet> AgainAsync(TokenSet tokens, object? body = null)
    {
        using var answer = await AskAsync(tokens, body ?? new { password = HandstampApp.Password });
        return await TokenSet.ReadAsync(answer);
    }

    public async Task RefusedAsync(TokenSet tokens, object body, int status, string code)
    {
        using var answer = await AskAsync(tokens, body);
        Assert.Equal((status, code), await ShopApp.SummaryAsync(answer));
    }

    /// <summary>The password is right, and the second factor is due.</summary>
    public async Task<string> TicketAsync(TokenSet tokens)
    {
        using var answer = await AskAsync(tokens, new { password = HandstampApp.Password });
        return await MfaTokenAsync(answer);
    }

    public static async Task<string> MfaTokenAsync(HttpResponseMessage answer)
    {
        Assert.Equal((401, "mfa_required"), await ShopApp.SummaryAsync(answer));
        using var json = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("mfa_token").GetString()!;
    }

    public async Task<bool> IsRecentAsync(TokenSet tokens)
    {
        if (await RefusalAsync(tokens) is not { } code) return true;
        Assert.Equal("insufficient_user_authentication", code);
        return false;
    }

    /// <summary>Why the route that needs a recent login refuses this token; null if it does not.</summary>
    public async Task<string?> RefusalAsync(TokenSet tokens)
    {
        using var answer = await app.SendAsync(HttpMethod.Get, Recent, accessToken: tokens.AccessToken);
        if (answer.IsSuccessStatusCode) return null;
        var (status, code) = await ShopApp.SummaryAsync(answer);
        Assert.Equal(401, status);
        if (code == "insufficient_user_authentication")
            Assert.Equal(
                "Bearer error=\"insufficient_user_authentication\", error_description=\"This action needs a recent login. Authenticate again.\", max_age=\"600\"",
                answer.Headers.WwwAuthenticate.ToString());
        return code;
    }

    public async Task<AccessToken> VerifiedAsync(TokenSet tokens, string audience = HandstampApp.Issuer)
    {
        var keys = await app.Client.GetByteArrayAsync(new Uri("/.well-known/jwks.json", UriKind.Relative));
        Assert.True(JsonWebKeySet.TryParse(keys, out var set));
        var rules = new AccessTokenRules { Issuer = HandstampApp.Issuer, Audiences = [audience] };
        return Assert.IsType<AccessTokenOutcome.Verified>(
            AccessTokenVerifier.Verify(tokens.AccessToken, set, rules, app.Clock.GetUtcNow())).Token;
    }

    public async Task<Session> RowAsync(TokenSet tokens) => (await app.Get<ISessionStore>().FindAsync(tokens.SessionId, default))!.Session;

    public ValueTask DisposeAsync() => app.DisposeAsync();

    static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<IFactor>(provider => new CodeFactor(Otp, provider.GetRequiredService<IAccountStore>()));
        services.AddSingleton<IFactor, BadgeFactor>();
        services.AddSingleton<IAddedPart, RecentRoute>();
        InterleavedSessions.Wrap(services);
    }

    sealed class RecentRoute : IAddedPart
    {
        public void Map(IEndpointRouteBuilder routes) => routes.MapGet(Recent, Answer).RequireRecentLogin();

        static ValueTask<Refusal?> Answer(HttpContext context)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return new(default(Refusal));
        }
    }

    /// <summary>It says itself who somebody is, as a passkey does: its answer is the address.</summary>
    sealed class BadgeFactor(IAccountStore accounts) : IFactor
    {
        public string Name => Badge;

        public IReadOnlyList<string> Methods { get; } = ["hwk", "user"];

        public ValueTask<bool> IsSecondOfAsync(Guid accountId, CancellationToken cancel) => ValueTask.FromResult(false);

        public async Task<FactorOutcome> VerifyAsync(FactorAnswer answer, SignInAttempt? attempt, CancellationToken cancel) =>
            await accounts.FindAsync(IdentifierKind.Email, EmailAddress.Canonical(answer.Value), cancel) is { } account
                ? new FactorOutcome.Right(account.Id, account.SecurityStamp) { IsEnough = true }
                : new FactorOutcome.Refused(Problems.InvalidCredentials);
    }
}

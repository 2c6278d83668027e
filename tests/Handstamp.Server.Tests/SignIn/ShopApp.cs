using System.Net;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Handstamp.Server.Tests.Sessions;
using Handstamp.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>The service with a second and a third factor, and the shop.</summary>
sealed class ShopApp(HandstampApp app) : IAsyncDisposable
{
    public const string Otp = "otp";
    public const string Fingerprint = "fpt";

    public HandstampApp App => app;

    public static async Task<ShopApp> StartAsync(string? directory = null, FakeTimeProvider? clock = null)
    {
        var app = new ShopApp(await HandstampApp.StartAsync(
            new() { ["Audiences:0"] = Shop.Audience }, directory, clock,
            services: AddServices, routes: Shop.Map));
        app.Factor(Fingerprint).IsOn = false;
        return app;
    }

    static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<IFactor>(provider => new CodeFactor(Otp, provider.GetRequiredService<IAccountStore>()));
        services.AddSingleton<IFactor>(provider => new CodeFactor(Fingerprint, provider.GetRequiredService<IAccountStore>()));
        InterleavedSessions.Wrap(services);
    }

    public CodeFactor Factor(string name) => app.Services.GetServices<IFactor>().OfType<CodeFactor>().Single(factor => factor.Name == name);

    public Task<HttpResponseMessage> BeginAsync(
        string email = HandstampApp.Email, string password = HandstampApp.Password, string? key = null) =>
        app.PostAsync("/shop/begin", Members(("email", email), ("value", password), ("key", key)));

    public Task<HttpResponseMessage> ContinueAsync(
        string ticket, string value = CodeFactor.Code, string factor = Otp, string route = "/shop/continue", string? key = null) =>
        app.PostAsync(route, Members(("ticket", ticket), ("factor", factor), ("value", value), ("key", key)));

    /// <summary>The password is right, and another factor is due.</summary>
    public async Task<string> TicketAsync(string? key = null)
    {
        using var answer = await BeginAsync(key: key);
        return (await DueAsync(answer)).Ticket;
    }

    public async Task<TokenSet> FinishedAsync(string ticket, string factor = Otp)
    {
        using var answer = await ContinueAsync(ticket, factor: factor);
        return await TokenSet.ReadAsync(answer);
    }

    /// <summary>The answer is wrong, and the ticket stays valid.</summary>
    public async Task WrongAsync(string ticket)
    {
        using var answer = await ContinueAsync(ticket, value: "000000");
        Assert.Equal(CodeFactor.Wrong.Detail, (await ProblemAnswer.ReadAsync(answer)).Detail);
    }

    /// <summary>A ticket that has expired, and one that never existed.</summary>
    public static async Task OverAsync(Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal((401, "mfa_token_invalid", null), (problem.Status, problem.Code, problem.Detail));
    }

    public static async Task<(int Status, string Code)> SummaryAsync(HttpResponseMessage answer)
    {
        var problem = await ProblemAnswer.ReadAsync(answer);
        return (problem.Status, problem.Code);
    }

    public static async Task<(string Ticket, string[] Factors)> DueAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return (json.GetProperty("ticket").GetString()!, [.. json.GetProperty("factors").EnumerateArray().Select(name => name.GetString()!)]);
    }

    public async Task<Account> AccountAsync() =>
        (await app.Get<IAccountStore>().FindAsync(IdentifierKind.Email, EmailAddress.Canonical(HandstampApp.Email), default))!;

    public async Task<IReadOnlyList<ListedSession>> SessionsAsync() =>
        await app.Get<ISessionStore>().ListAsync((await AccountAsync()).Id, app.Clock.GetUtcNow(), 100, default);

    public async Task<AccessToken> VerifiedAsync(TokenSet tokens)
    {
        var keys = await app.Client.GetByteArrayAsync(new Uri("/.well-known/jwks.json", UriKind.Relative));
        Assert.True(JsonWebKeySet.TryParse(keys, out var set));
        var rules = new AccessTokenRules { Issuer = HandstampApp.Issuer, Audiences = [Shop.Audience] };
        return Assert.IsType<AccessTokenOutcome.Verified>(
            AccessTokenVerifier.Verify(tokens.AccessToken, set, rules, app.Clock.GetUtcNow())).Token;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    static Dictionary<string, string> Members(params (string Name, string? Value)[] members) =>
        members.Where(member => member.Value is not null).ToDictionary(member => member.Name, member => member.Value!);
}

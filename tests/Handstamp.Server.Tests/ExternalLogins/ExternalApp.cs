using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.ExternalLogins;

/// <summary>A service with a provider, and an app that logs people in by it.</summary>
sealed class ExternalApp(HandstampApp app, ProviderDouble provider) : IAsyncDisposable
{
    public static readonly DateTimeOffset Begin = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static readonly Person Ada = new("ada-at-corp", "ada@example.com");

    public HandstampApp App { get; } = app;

    public ProviderDouble Provider { get; } = provider;

    public static async Task<ExternalApp> StartAsync(
        Dictionary<string, string?>? settings = null, string? kind = null, Func<ProviderDouble, Dictionary<string, string?>>? more = null,
        Action<IServiceCollection>? services = null)
    {
        var clock = new FakeTimeProvider(Begin);
        var provider = await ProviderDouble.StartAsync(clock);
        var all = provider.Settings(kind: kind);
        foreach (var (key, value) in (settings ?? []).Concat(more?.Invoke(provider) ?? [])) all[key] = value;
        var app = await HandstampApp.StartAsync(new(all.Where(one => one.Value is not null)), clock: clock, services: services);
        return new ExternalApp(app, provider);
    }

    public async Task<Started> StartLoginAsync(string provider = "corp", bool browser = true, string? accessToken = null)
    {
        var route = accessToken is null ? "/login/external/start" : "/external-logins/start";
        object body = browser ? new { provider, redirect_uri = $"https://app.example.com/{provider}" } : new { provider };
        using var answer = await App.PostAsync(route, body, accessToken);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(answer.IsSuccessStatusCode, json.ToString());
        return new Started(
            json.GetProperty("ceremony").GetString()!,
            json.TryGetProperty("url", out var url) ? url.GetString() : null,
            json.TryGetProperty("nonce", out var nonce) ? nonce.GetString() : null);
    }

    public Task<HttpResponseMessage> EndLoginAsync(string ceremony, string callbackUrl) =>
        App.PostAsync("/login/external", new { ceremony, callback_url = callbackUrl });

    /// <summary>From the first click to the answer with the tokens.</summary>
    public async Task<HttpResponseMessage> LoginAsync(Person? person = null, string provider = "corp")
    {
        var started = await StartLoginAsync(provider);
        return await EndLoginAsync(started.Ceremony, Provider.Approve(started.Url!, person ?? Ada));
    }

    public async Task<TokenSet> LoggedInAsync(Person? person = null, string provider = "corp")
    {
        using var answer = await LoginAsync(person, provider);
        return await TokenSet.ReadAsync(answer);
    }

    public async Task RefusedAsync(HttpStatusCode status, string code, Person? person = null)
    {
        using var answer = await LoginAsync(person);
        await RefusedAsync(answer, status, code);
    }

    public static async Task RefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal((code, status), (problem.Code, answer.StatusCode));
    }

    /// <summary>Links the person to the account of this access token.</summary>
    public async Task<HttpResponseMessage> LinkAsync(string accessToken, Person? person = null)
    {
        var started = await StartLoginAsync(accessToken: accessToken);
        var callback = Provider.Approve(started.Url!, person ?? Ada);
        return await App.PostAsync("/external-logins", new { ceremony = started.Ceremony, callback_url = callback }, accessToken);
    }

    public async Task<JsonElement> MeAsync(string accessToken)
    {
        using var answer = await App.SendAsync(HttpMethod.Get, "/me", accessToken: accessToken);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task<JsonElement[]> ListAsync(string accessToken)
    {
        using var answer = await App.SendAsync(HttpMethod.Get, "/external-logins", accessToken: accessToken);
        return [.. (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("external_logins").EnumerateArray()];
    }

    public async Task<IReadOnlyList<Account>> AccountsAsync() => await App.Get<IAccountStore>().ListAsync(null, 100, default);

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Provider.DisposeAsync();
    }
}

/// <summary>The answer of a start.</summary>
sealed record Started(string Ceremony, string? Url, string? Nonce);

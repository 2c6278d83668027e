using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handstamp.Server.Audit;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>A service with one person who is logged in, and what they do with passkeys.</summary>
public abstract class PasskeyTests : IAsyncLifetime
{
    internal HandstampApp App { get; private set; } = null!;

    internal TokenSet Ada { get; set; } = null!;

    internal virtual Dictionary<string, string?>? Settings => null;

    public async ValueTask InitializeAsync()
    {
        App = await HandstampApp.StartAsync(Settings);
        Ada = await App.RegisterAndLoginAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    internal static async Task<ProblemAnswer> ProblemAsync(Task<HttpResponseMessage> answering)
    {
        using var answer = await answering;
        return await ProblemAnswer.ReadAsync(answer);
    }

    /// <summary>Options and their ticket.</summary>
    internal async Task<(string Ceremony, JsonElement Options)> BeginAsync(string route, object body, TokenSet? caller = null)
    {
        using var answer = await App.PostAsync(route, body, caller?.AccessToken);
        var begun = await ReadAsync(answer);
        return (begun.GetProperty("ceremony").GetString()!, begun.GetProperty("options"));
    }

    internal Task<(string Ceremony, JsonElement Options)> BeginAddingAsync(TokenSet? caller = null, bool? conditional = null) =>
        BeginAsync("/passkeys/options", conditional is null ? new { } : new { conditional }, caller ?? Ada);

    internal Task<(string Ceremony, JsonElement Options)> BeginLoginAsync() => BeginAsync("/login/passkey/options", new { });

    internal Task<HttpResponseMessage> AddAsync(string ceremony, JsonObject credential, string? name = null, TokenSet? caller = null) =>
        App.PostAsync("/passkeys", new { ceremony, credential, name }, (caller ?? Ada).AccessToken);

    /// <summary>Adds the authenticator's passkey to the account.</summary>
    internal async Task<JsonElement> AddedAsync(Authenticator authenticator, TokenSet? caller = null, string? name = null, bool? conditional = null)
    {
        var (ceremony, options) = await BeginAddingAsync(caller, conditional);
        using var answer = await AddAsync(ceremony, authenticator.Create(options), name, caller);
        return await ReadAsync(answer);
    }

    internal Task<HttpResponseMessage> LoginAsync(string ceremony, JsonObject credential) =>
        App.PostAsync("/login/passkey", new { ceremony, credential });

    internal async Task<HttpResponseMessage> LoginAsync(Authenticator authenticator)
    {
        var (ceremony, options) = await BeginLoginAsync();
        return await LoginAsync(ceremony, authenticator.Get(options));
    }

    internal async Task<TokenSet> LoggedInAsync(Authenticator authenticator)
    {
        using var answer = await LoginAsync(authenticator);
        return await TokenSet.ReadAsync(answer);
    }

    internal async Task<JsonElement> ListAsync(TokenSet? caller = null)
    {
        using var answer = await App.SendAsync(HttpMethod.Get, "/passkeys", accessToken: (caller ?? Ada).AccessToken);
        return await ReadAsync(answer);
    }

    internal async Task<JsonElement[]> PasskeysAsync(TokenSet? caller = null) =>
        [.. (await ListAsync(caller)).GetProperty("passkeys").EnumerateArray()];

    internal async Task<TokenSet> EveAsync()
    {
        await App.RegisterAsync("eve@example.com");
        return await App.LoginAsync("eve@example.com");
    }

    /// <summary>All of these kinds that the trail has, oldest first.</summary>
    internal async Task<IReadOnlyList<Event>> TrailAsync(params EventKind[] kinds)
    {
        await App.Get<RefusalTally>().WriteAsync();
        var page = await App.Get<IEventStore>().ReadOnAsync(new EventFilter { Kinds = kinds }, Guid.Empty, 1000, default);
        return [.. page.Events.Where(one => kinds.Contains(one.Kind))];
    }

    internal static string[] MethodsIn(TokenSet tokens)
    {
        var payload = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(tokens.AccessToken.Split('.')[1])).RootElement;
        return [.. payload.GetProperty("amr").EnumerateArray().Select(one => one.GetString()!)];
    }

    internal static void AssertIs(HttpStatusCode expected, HttpResponseMessage answer)
    {
        Assert.Equal(expected, answer.StatusCode);
        answer.Dispose();
    }
}

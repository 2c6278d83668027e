using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Handstamp.TestBed;

/// <summary>Calls a running service as an app does.</summary>
public sealed class HandstampClient(Uri address) : IDisposable
{
    public const string Password = "correct horse battery staple";

    readonly HttpClient _http = new() { BaseAddress = address };

    /// <summary>Registers the address with <see cref="Password"/> and logs in.</summary>
    public async Task<LoggedIn> JoinAsync(string email)
    {
        await RegisterAsync(email);
        return await LoginAsync(email);
    }

    public async Task RegisterAsync(string email)
    {
        using var response = await PostUntilThereIsRoomAsync("register", email);
        response.EnsureSuccessStatusCode();
    }

    public async Task<LoggedIn> LoginAsync(string email)
    {
        using var response = await PostUntilThereIsRoomAsync("login", email);
        response.EnsureSuccessStatusCode();
        return LoggedIn.Of(await ReadAsync(response));
    }

    public async Task<(int Status, JsonElement Body)> RefreshAsync(string refreshToken)
    {
        using var response = await PostAsync("refresh", new { refresh_token = refreshToken });
        return ((int)response.StatusCode, await ReadAsync(response));
    }

    /// <summary>Ends the session of the access token.</summary>
    public async Task LogOutAsync(string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "logout");
        request.Headers.Authorization = new("Bearer", accessToken);
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    public async Task<(int Status, JsonElement Body)> GetAsync(string path, string? accessToken = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accessToken is not null) request.Headers.Authorization = new("Bearer", accessToken);
        using var response = await _http.SendAsync(request);
        return ((int)response.StatusCode, await ReadAsync(response));
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? accessToken = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (accessToken is not null) request.Headers.Authorization = new("Bearer", accessToken);
        return _http.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostAsync(string path, object body) => _http.PostAsJsonAsync(path, body);

    public Task<HttpResponseMessage> PostAsync(string path, object body, string accessToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", accessToken);
        return _http.SendAsync(request);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>If the service answers that it has too much to do, asks again.</summary>
    async Task<HttpResponseMessage> PostUntilThereIsRoomAsync(string path, string email)
    {
        var response = await PostAsync(path, new { email, password = Password });
        await Eventually.TrueAsync(async () =>
        {
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable) return true;
            response.Dispose();
            response = await PostAsync(path, new { email, password = Password });
            return false;
        }, $"the service has room for a {path}");
        return response;
    }

    static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        using var document = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync());
        return document.RootElement.Clone();
    }
}

/// <summary>The answer to a login.</summary>
public sealed record LoggedIn(string AccessToken, string RefreshToken, Guid SessionId)
{
    internal static LoggedIn Of(JsonElement answer) => new(
        answer.GetProperty("access_token").GetString()!, answer.GetProperty("refresh_token").GetString()!,
        answer.GetProperty("session_id").GetGuid());
}

using System.Net.Http.Headers;
using System.Net.Http.Json;
using Handstamp.Tokens;

namespace Handstamp.Server.Tests.Sessions.Dpop;

/// <summary>A client with a key. It makes a proof for each request, with the newest nonce that it received.</summary>
sealed class BoundClient(HandstampApp app, SigningKey? key = null, string issuer = HandstampApp.Issuer, string basePath = "")
{
    public SigningKey Key { get; } = key ?? SigningKey.Create(JwsAlgorithm.Es256);

    public string? Nonce { get; set; }

    public string Proof(HttpMethod method, string route, string? accessToken = null) =>
        DpopProof.Create(Key, method.Method, new Uri(issuer + route), app.Clock.GetUtcNow(), accessToken, Nonce);

    /// <summary>Acts like an honest client: when the service asks for a nonce, it repeats the request once.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string route, object? body = null, string? accessToken = null)
    {
        var answer = await SendAsync(method, route, Proof(method, route, accessToken), body, accessToken);
        if (!answer.Headers.WwwAuthenticate.ToString().Contains("use_dpop_nonce", StringComparison.Ordinal)) return answer;
        answer.Dispose();
        return await SendAsync(method, route, Proof(method, route, accessToken), body, accessToken);
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string route, string? proof, object? body = null, string? accessToken = null, string scheme = "DPoP")
    {
        using var request = new HttpRequestMessage(method, basePath + route);
        if (body is not null) request.Content = JsonContent.Create(body);
        if (proof is not null) request.Headers.Add("DPoP", proof);
        if (accessToken is not null) request.Headers.Authorization = new AuthenticationHeaderValue(scheme, accessToken);
        var answer = await app.Client.SendAsync(request);
        if (answer.Headers.TryGetValues("DPoP-Nonce", out var nonce)) Nonce = nonce.Single();
        return answer;
    }

    public async Task<TokenSet> LoginAsync(string transport = "body")
    {
        using var answer = await SendAsync(
            HttpMethod.Post, "/login", new { email = HandstampApp.Email, password = HandstampApp.Password, transport });
        return await TokenSet.ReadAsync(answer);
    }

    public Task<HttpResponseMessage> RefreshAsync(string refreshToken) =>
        SendAsync(HttpMethod.Post, "/refresh", new { refresh_token = refreshToken });

    public async Task<TokenSet> RefreshedAsync(string refreshToken)
    {
        using var answer = await RefreshAsync(refreshToken);
        return await TokenSet.ReadAsync(answer);
    }
}

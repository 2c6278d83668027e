using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Handstamp.Tokens;
using Microsoft.Extensions.Options;

namespace Handstamp.Bearer.Issuer;

/// <summary>
/// The requests to the issuer, one method for each. Every failure, including silence for ten seconds, is an
/// <see cref="HttpRequestException"/>.
/// </summary>
sealed class IssuerClient : IDisposable
{
    static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    readonly HttpClient _http;
    readonly string _authority;
    readonly AuthenticationHeaderValue? _credential;
    readonly TimeProvider _time;

    public IssuerClient(IOptions<HandstampBearerOptions> options, TimeProvider time)
    {
        _authority = options.Value.Authority;
        _credential = options.Value.Credential is { } credential ? new("Bearer", credential) : null;
        _time = time;
        _http = CreateClient(options.Value.BackchannelHttpHandler);
    }

    public Task<IssuerMetadata> DiscoverAsync() => AskAsync(
        () => new(HttpMethod.Get, _authority + "/.well-known/openid-configuration"),
        async (response, cancel) => IssuerMetadata.Of(
            await ReadAsync(response, IssuerJson.Default.DiscoveryDocument, cancel), _authority));

    /// <summary>The keys. The set is null if the keys are still those of <paramref name="tag"/>.</summary>
    public Task<PublishedKeys> FetchKeysAsync(Uri address, EntityTagHeaderValue? tag) => AskAsync(
        () => RequestKeys(address, tag),
        async (response, cancel) => new PublishedKeys(
            response.StatusCode == HttpStatusCode.NotModified ? null : await ReadKeysAsync(response, cancel),
            response.Headers.ETag,
            response.Headers.CacheControl?.MaxAge));

    /// <summary>Opens the feed. The caller checks the status of the answer.</summary>
    public async Task<HttpResponseMessage> OpenFeedAsync(Uri address, string? lastEventId, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = _credential;
        request.Headers.Accept.Add(new("text/event-stream"));
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    /// <summary>Whether the issuer says that the token is active (RFC 7662).</summary>
    public Task<bool> IntrospectAsync(Uri address, string token) => AskAsync(
        () => new(HttpMethod.Post, address)
        {
            Headers = { Authorization = _credential },
            Content = new FormUrlEncodedContent([new("token", token)]),
        },
        async (response, cancel) => (await ReadAsync(response, IssuerJson.Default.IntrospectionAnswer, cancel)).Active);

    /// <summary>
    /// Lets the issuer end the session of a refresh token that was sent to the wrong place. False if the issuer did not
    /// make the token.
    /// </summary>
    public async Task<bool> ReportExposedAsync(string token)
    {
        try
        {
            return await AskAsync(
                () => new(HttpMethod.Delete, _authority + "/refresh")
                {
                    Content = JsonContent.Create(new ExposedToken(token, true), IssuerJson.Default.ExposedToken),
                },
                (_, _) => Task.FromResult(true));
        }
        catch (HttpRequestException fault) when (fault.StatusCode == HttpStatusCode.Unauthorized)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    [SuppressMessage("Reliability", "CA2000", Justification = "The client disposes of its handler.")]
    static HttpClient CreateClient(HttpMessageHandler? handler) => new(handler ?? CreateHandler())
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = JsonWebKeySet.MaxLength,
    };

    // A redirect would send credentials and tokens to another place, or fetch keys from there.
    static SocketsHttpHandler CreateHandler() =>
        new() { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };

    async Task<T> AskAsync<T>(
        Func<HttpRequestMessage> write, Func<HttpResponseMessage, CancellationToken, Task<T>> read)
    {
        using var timeout = new CancellationTokenSource(RequestTimeout, _time);
        try
        {
            using var request = write();
            using var response = await _http.SendAsync(request, timeout.Token);
            if (response.StatusCode != HttpStatusCode.NotModified)
                response.EnsureSuccessStatusCode();
            return await read(response, timeout.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or JsonException)
        {
            throw new HttpRequestException($"{_authority} gave an invalid answer.", fault);
        }
    }

    static HttpRequestMessage RequestKeys(Uri address, EntityTagHeaderValue? tag)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (tag is not null)
            request.Headers.IfNoneMatch.Add(tag);
        return request;
    }

    static async Task<JsonWebKeySet> ReadKeysAsync(HttpResponseMessage response, CancellationToken cancel) =>
        JsonWebKeySet.TryParse(await response.Content.ReadAsByteArrayAsync(cancel), out var keys)
            ? keys
            : throw new HttpRequestException("The issuer's keys are not a JWK set.");

    static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancel) =>
        JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancel), type)
        ?? throw new HttpRequestException("The issuer answered null.");
}

sealed record PublishedKeys(JsonWebKeySet? Keys, EntityTagHeaderValue? Tag, TimeSpan? MaxAge);

sealed record IntrospectionAnswer([property: JsonPropertyName("active")] bool Active);

sealed record ExposedToken(
    [property: JsonPropertyName("refresh_token")] string Token, [property: JsonPropertyName("exposed")] bool Exposed)
{
    public override string ToString() => "an exposed refresh token";
}

[JsonSerializable(typeof(DiscoveryDocument))]
[JsonSerializable(typeof(IntrospectionAnswer))]
[JsonSerializable(typeof(ExposedToken))]
sealed partial class IssuerJson : JsonSerializerContext;

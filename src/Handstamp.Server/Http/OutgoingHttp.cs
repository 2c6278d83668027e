using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Handstamp.Tokens.Jose;

namespace Handstamp.Server.Http;

/// <summary>
/// Requests to another system, of whose answers it reads at most <paramref name="maxLength"/> bytes. Redirects are not followed: they
/// would carry passwords, codes and tokens to another place. <see cref="BoundedCalls"/> ends what takes too long.
/// </summary>
sealed class OutgoingHttp(int maxLength) : IDisposable
{
    readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 32,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = maxLength,
        // GitHub refuses requests without it.
        DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("Handstamp", null) } },
    };

    /// <summary>https, or this machine.</summary>
    public static bool IsSecure(Uri uri) => uri.Scheme == Uri.UriSchemeHttps || uri is { Scheme: "http", IsLoopback: true };

    /// <summary>Sends a request and reads the whole answer. Throws <see cref="CallFailedException"/> if there is none.</summary>
    public async Task<(HttpStatusCode Status, byte[] Body)> SendAsync(Func<HttpRequestMessage> write, CancellationToken cancel)
    {
        try
        {
            using var request = write();
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            using var answer = await _http.SendAsync(request, cancel);
            return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(cancel));
        }
        catch (HttpRequestException fault)
        {
            throw new CallFailedException(
                fault.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded ? "its answer is too large" : "it could not be reached", fault);
        }
    }

    /// <summary>Sends a form. The answer is a JSON object, also if it is an error.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> PostFormAsync(
        Uri address, IEnumerable<KeyValuePair<string, string>> form, AuthenticationHeaderValue? credential, CancellationToken cancel)
    {
        var (status, body) = await SendAsync(
            () => new(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form), Headers = { Authorization = credential } }, cancel);
        if ((int)status is not (< 300 or (>= 400 and < 500))) throw new CallFailedException($"it answered with the status {(int)status}");
        using var document = StrictJson.Parse(body) ?? throw new CallFailedException("its answer is not JSON");
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? (status, document.RootElement.Clone())
            : throw new CallFailedException("its answer is not a JSON object");
    }

    public void Dispose() => _http.Dispose();
}

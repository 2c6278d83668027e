using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Handstamp.Tokens.Jose;

namespace Handstamp.Server.ExternalLogins.Providers;

/// <summary>
/// Requests to one provider. Each ends after <see cref="Timeout"/>, whatever the provider does, and reads at most
/// <see cref="MaxLength"/> bytes. Redirects are not followed: they would carry codes and tokens to another place.
/// </summary>
sealed class ProviderHttp : IDisposable
{
    public const int MaxLength = 64 * 1024;

    /// <summary>
    /// The most requests at a time. What they can hold in memory is bounded by this and by the length. Each provider has places of its
    /// own: one that stays silent holds up no login by another.
    /// </summary>
    public const int MaxConcurrent = 32;

    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    const int MaxToken = 16 * 1024;

    readonly TimeProvider _clock;
    readonly SemaphoreSlim _places = new(MaxConcurrent);

    readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 32,
    })
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MaxLength,
    };

    public ProviderHttp(TimeProvider clock)
    {
        _clock = clock;
        // GitHub refuses requests without it.
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Handstamp", null));
    }

    /// <summary>A document that the provider publishes.</summary>
    public async Task<byte[]> GetAsync(Uri address, CancellationToken cancel)
    {
        var (status, body) = await SendAsync(() => new(HttpMethod.Get, address), cancel);
        return status == HttpStatusCode.OK ? body : throw Unexpected(status);
    }

    /// <summary>What the provider says about the person whose access token this is.</summary>
    public async Task<JsonElement> GetAsync(Uri address, string accessToken, CancellationToken cancel)
    {
        // RFC 6750 §2.1 allows fewer characters. Others could not be sent in a header.
        if (accessToken.Length > MaxToken || accessToken.Any(letter => letter is <= ' ' or >= '\x7f'))
            throw new ProviderException("its access token is not valid");
        var (status, body) = await SendAsync(
            () => new(HttpMethod.Get, address) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", accessToken) } }, cancel);
        return status == HttpStatusCode.OK ? Parse(body) : throw Unexpected(status);
    }

    /// <summary>Sends a form. The answer is a JSON object, also if it is an error.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(
        Uri address, IEnumerable<KeyValuePair<string, string>> form, AuthenticationHeaderValue? credential, CancellationToken cancel)
    {
        var (status, body) = await SendAsync(
            () => new(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form), Headers = { Authorization = credential } }, cancel);
        if ((int)status is not (< 300 or (>= 400 and < 500))) throw Unexpected(status);
        return Parse(body) is { ValueKind: JsonValueKind.Object } answer
            ? (status, answer)
            : throw new ProviderException("its answer is not a JSON object");
    }

    public static JsonElement Parse(byte[] utf8)
    {
        using var document = StrictJson.Parse(utf8) ?? throw new ProviderException("its answer is not JSON");
        return document.RootElement.Clone();
    }

    public void Dispose()
    {
        _http.Dispose();
        _places.Dispose();
    }

    static ProviderException Unexpected(HttpStatusCode status) => new($"it answered with the status {(int)status}");

    async Task<(HttpStatusCode Status, byte[] Body)> SendAsync(Func<HttpRequestMessage> write, CancellationToken cancel)
    {
        if (!await _places.WaitAsync(TimeSpan.Zero, CancellationToken.None))
            throw new ProviderException($"{MaxConcurrent} requests to it are under way already");
        using var timeout = new CancellationTokenSource(Timeout, _clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try
        {
            using var request = write();
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            using var answer = await _http.SendAsync(request, ends.Token);
            return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(ends.Token));
        }
        catch (OperationCanceledException fault) when (timeout.IsCancellationRequested)
        {
            throw new ProviderException($"it did not answer within {Timeout.TotalSeconds} seconds", fault);
        }
        catch (HttpRequestException fault)
        {
            throw new ProviderException(
                fault.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded ? "its answer is too large" : "it could not be reached", fault);
        }
        finally
        {
            _places.Release();
        }
    }
}

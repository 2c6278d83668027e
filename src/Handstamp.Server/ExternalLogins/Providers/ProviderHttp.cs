using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Handstamp.Server.Http;
using Handstamp.Tokens.Jose;

namespace Handstamp.Server.ExternalLogins.Providers;

/// <summary>
/// Requests to one provider. Each ends after <see cref="Timeout"/>, whatever the provider does, and reads at most
/// <see cref="MaxLength"/> bytes.
/// </summary>
sealed class ProviderHttp(TimeProvider clock) : IDisposable
{
    public const int MaxLength = 64 * 1024;

    /// <summary>
    /// The most requests at a time. What they can hold in memory is bounded by this and by the length. Each provider has places of its
    /// own: one that stays silent holds up no login by another.
    /// </summary>
    public const int MaxConcurrent = 32;

    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    const int MaxToken = 16 * 1024;

    readonly BoundedCalls _calls = new(MaxConcurrent, Timeout, clock);
    readonly OutgoingHttp _http = new(MaxLength);

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

    /// <inheritdoc cref="OutgoingHttp.PostFormAsync"/>
    public Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(
        Uri address, IEnumerable<KeyValuePair<string, string>> form, AuthenticationHeaderValue? credential, CancellationToken cancel) =>
        RunAsync(ends => _http.PostFormAsync(address, form, credential, ends), cancel);

    public static JsonElement Parse(byte[] utf8)
    {
        using var document = StrictJson.Parse(utf8) ?? throw new ProviderException("its answer is not JSON");
        return document.RootElement.Clone();
    }

    public void Dispose()
    {
        _http.Dispose();
        _calls.Dispose();
    }

    static ProviderException Unexpected(HttpStatusCode status) => new($"it answered with the status {(int)status}");

    Task<(HttpStatusCode Status, byte[] Body)> SendAsync(Func<HttpRequestMessage> write, CancellationToken cancel) =>
        RunAsync(ends => _http.SendAsync(write, ends), cancel);

    async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancel)
    {
        try
        {
            return await _calls.RunAsync(call, cancel);
        }
        catch (CallFailedException fault)
        {
            throw new ProviderException(fault.Message, fault);
        }
    }
}

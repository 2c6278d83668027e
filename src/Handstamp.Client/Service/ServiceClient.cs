using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Handstamp.Client.Service;

/// <summary>
/// Sends requests to the service. Every failure, including silence, is a <see cref="HandstampException"/>. Only a
/// cancellation by the caller is a cancellation.
/// </summary>
sealed class ServiceClient(
    HttpMessageHandler handler, Uri service, TimeSpan timeout, TimeProvider time, Func<SiteChallenge, CancellationToken, Task<string?>>? respond = null)
    : IDisposable
{
    // More than any answer of the service needs.
    const int LongestAnswer = 1024 * 1024;

    readonly HttpClient _http = new(handler)
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = LongestAnswer,
    };

    volatile bool _isDisposed;

    public Task DoAsync(HttpMethod method, string path, byte[]? body, Sender sender, CancellationToken cancel) =>
        AskAsync(method, path, body, sender, static (_, _) => Task.FromResult(true), cancel);

    public Task<T> AskAsync<T>(
        HttpMethod method, string path, byte[]? body, JsonTypeInfo<T> type, Sender sender, CancellationToken cancel) =>
        AskAsync(method, path, body, sender, (content, hurry) => ReadAsync(content, type, hurry), cancel);

    public void Dispose()
    {
        _isDisposed = true;
        _http.Dispose();
    }

    async Task<T> AskAsync<T>(
        HttpMethod method, string path, byte[]? body, Sender sender,
        Func<HttpContent, CancellationToken, Task<T>> read, CancellationToken cancel)
    {
        try
        {
            return await AskOnceAsync(method, path, body, sender, read, response: null, cancel).ConfigureAwait(false);
        }
        catch (HandstampException fault) when (respond is not null && fault.Challenge?.OfSite is not null)
        {
            // A person may take longer than a request.
            if (await respond(fault.Challenge.OfSite, cancel).ConfigureAwait(false) is not { } response) throw;
            return await AskOnceAsync(method, path, body, sender, read, response, cancel).ConfigureAwait(false);
        }
    }

    async Task<T> AskOnceAsync<T>(
        HttpMethod method, string path, byte[]? body, Sender sender,
        Func<HttpContent, CancellationToken, Task<T>> read, string? response, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(sender.Timeout ?? timeout, time);
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            try
            {
                return await SendAsync(Challenge.SiteHeader, response).ConfigureAwait(false);
            }
            catch (HandstampException fault) when (fault.Challenge is not null)
            {
                if (await fault.Challenge.SolveAsync(hurry.Token).ConfigureAwait(false) is not { } solution) throw;
                return await SendAsync(Challenge.Header, solution).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (_isDisposed && fault is OperationCanceledException or HttpRequestException)
        {
            throw new ObjectDisposedException(nameof(HandstampClient));
        }
        catch (OperationCanceledException fault) when (!cancel.IsCancellationRequested)
        {
            throw HandstampException.TimedOut(fault);
        }
        catch (JsonException fault)
        {
            throw new HandstampException(
                HandstampErrorCodes.UnexpectedAnswer, "The answer did not come from the service.", inner: fault);
        }
        catch (HttpRequestException fault)
        {
            throw new HandstampException(
                HandstampErrorCodes.Network, "The service could not be reached.", inner: fault);
        }

        async Task<T> SendAsync(string header, string? solution)
        {
            using var request = new HttpRequestMessage(method, new Uri(service, path)) { Content = Json(body) };
            sender.Sign(request);
            if (solution is not null) request.Headers.Add(header, solution);
            using var answer = await _http.SendAsync(request, hurry.Token).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode) throw await Refusal.ReadAsync(answer, hurry.Token).ConfigureAwait(false);
            return await read(answer.Content, hurry.Token).ConfigureAwait(false);
        }
    }

    static ByteArrayContent? Json(byte[]? body) => body is null
        ? null
        : new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    static async Task<T> ReadAsync<T>(HttpContent content, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        var bytes = await content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
        return JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException();
    }
}

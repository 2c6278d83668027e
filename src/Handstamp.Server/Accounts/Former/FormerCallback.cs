using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Former;

/// <summary>The operator's callbacks over HTTP.</summary>
sealed class FormerCallback(IOptions<FormerSystemOptions> options) : IDisposable
{
    const int MaxLength = 16 * 1024;

    readonly OutgoingHttp _http = new(MaxLength);

    /// <summary>
    /// The body of a yes; null for a no. Throws <see cref="CallFailedException"/> for everything else, which says nothing.
    /// </summary>
    public async Task<byte[]?> AskAsync<T>(string address, T question, JsonTypeInfo<T> form, CancellationToken cancel)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(question, form);
        var (status, body) = await _http.SendAsync(() => new(HttpMethod.Post, address)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", options.Value.Secret) },
            // With its length: many small servers do not read a body in chunks.
            Content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        }, cancel);
        return status switch
        {
            HttpStatusCode.OK or HttpStatusCode.NoContent => body,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => null,
            _ => throw new CallFailedException($"it answered with the status {(int)status}"),
        };
    }

    public void Dispose() => _http.Dispose();
}

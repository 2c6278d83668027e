using System.Collections.Concurrent;
using System.Net;
using Handstamp.Tokens;

namespace Handstamp.Client.Service;

/// <summary>Sends requests with DPoP proofs (RFC 9449), with the newest nonce from each origin.</summary>
sealed class Proofs(TimeProvider time)
{
    const string ProofHeader = "DPoP";
    const string NonceHeader = "DPoP-Nonce";

    readonly ConcurrentDictionary<Origin, string> _nonces = new();

    /// <summary>
    /// Each attempt has a separate proof. There is a second attempt only if the server asks for a nonce.
    /// </summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, SigningKey key, string? accessToken, bool repeatable,
        Func<Task<HttpResponseMessage>> send)
    {
        var target = request.RequestUri!;
        var answer = await SendOnceAsync(request, key, accessToken, send).ConfigureAwait(false);
        // An answer from the target of a redirect is not processed here.
        if (!repeatable || !AsksForNonce(answer) || request.RequestUri != target) return answer;
        answer.Dispose();
        return await SendOnceAsync(request, key, accessToken, send).ConfigureAwait(false);
    }

    async Task<HttpResponseMessage> SendOnceAsync(
        HttpRequestMessage request, SigningKey key, string? accessToken, Func<Task<HttpResponseMessage>> send)
    {
        var origin = Origin.Of(request.RequestUri!);
        var proof = DpopProof.Create(
            key, request.Method.Method, request.RequestUri!, time.GetUtcNow(), accessToken, _nonces.GetValueOrDefault(origin));
        TakeFrom(request);
        request.Headers.Add(ProofHeader, proof);
        var answer = await send().ConfigureAwait(false);
        if (answer.Headers.TryGetValues(NonceHeader, out var nonces)) _nonces[origin] = nonces.First();
        return answer;
    }

    public static void TakeFrom(HttpRequestMessage request) => request.Headers.Remove(ProofHeader);

    // RFC 9449 §8, §9.
    static bool AsksForNonce(HttpResponseMessage answer) =>
        answer.StatusCode == HttpStatusCode.Unauthorized
        && answer.Headers.Contains(NonceHeader)
        && answer.Headers.WwwAuthenticate.Any(
            challenge => challenge.Parameter?.Contains("use_dpop_nonce", StringComparison.Ordinal) == true);
}

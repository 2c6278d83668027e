using System.Net.Http.Json;
using Handstamp.Client.Service;
using Handstamp.Client.Session;

namespace Handstamp.Client;

/// <summary>
/// Puts the access token on requests to the service and to <see cref="HandstampClientOptions.Apis"/>, unless they
/// already have an <c>Authorization</c> header. It sends all other requests unchanged, and all requests while nobody
/// is logged in.
/// <para>
/// If the answer says that the token has expired or is no longer accepted, or that its session was ended, the handler
/// refreshes the token and sends the request once more. If the session is over, the caller gets the answer. If an API
/// requires another authentication, <see cref="HandstampClientOptions.OnStepUp"/> asks the person first. The handler also sends a request once more if an API asks for a nonce in the proof of a bound token. A request can be
/// repeated if it has no body, a <see cref="JsonContent"/>, or another body of a known length of at most 1 MiB, which
/// is buffered. For any other request the caller gets the answer. Repeats are rare: the token is refreshed before it
/// expires, and a nonce is remembered.
/// </para>
/// <para>
/// A bound token is sent only if the inner handler does not follow redirects by itself, because the redirected request
/// would carry the proof. The handlers of <see cref="HandstampClient.CreateHttpClient"/> and <c>AddHandstampClient</c>
/// don't follow redirects.
/// </para>
/// <para>
/// Sending fails with a <see cref="HandstampException"/> if there is a session but the handler can't get a token.
/// </para>
/// </summary>
public sealed class HandstampHandler : DelegatingHandler
{
    const long LongestRepeated = 1024 * 1024;

    readonly HandstampClient _client;

    /// <summary>A handler for an <c>IHttpClientBuilder</c>, which sets the inner handler.</summary>
    public HandstampHandler(HandstampClient client) => _client = client;

    /// <summary>A handler with this inner handler.</summary>
    public HandstampHandler(HandstampClient client, HttpMessageHandler innerHandler) : base(innerHandler) => _client = client;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!MayHaveToken(request)) return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

        var repeatable = await TryKeepAsync(request.Content, cancellationToken).ConfigureAwait(false);
        var (target, before) = (request.RequestUri, _client.StepUp?.Times ?? 0);
        var answer = await SendAsync(request, repeatable, cancellationToken).ConfigureAwait(false);
        if (!repeatable || _client.StepUp is not { } stepUp || request.RequestUri != target || StepUpDemand.Of(answer) is not { } demand)
            return answer;

        answer.Dispose();
        await stepUp.AskAsync(demand, before, cancellationToken).ConfigureAwait(false);
        // Only once: the next answer goes to the caller.
        return await SendAsync(request, repeatable, cancellationToken).ConfigureAwait(false);
    }

    async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool repeatable, CancellationToken cancellationToken)
    {
        if (await _client.Keeper.CurrentOrNobodyAsync(lasting: !repeatable, cancellationToken).ConfigureAwait(false) is not { } token)
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

        var target = request.RequestUri;
        var answer = await SendAsync(request, token, repeatable, cancellationToken).ConfigureAwait(false);
        // The request was redirected: it now goes to a host that may not get the token.
        if (request.RequestUri != target || TokenRefusals.Of(answer) is not { } why) return answer;

        var another = await AfterAsync(token, why, repeatable, answer, cancellationToken).ConfigureAwait(false);
        if (another is null || !repeatable) return answer;
        answer.Dispose();
        // Only once: the next answer goes to the caller.
        return await SendAsync(request, another, repeatable, cancellationToken).ConfigureAwait(false);
    }

    async Task<HeldToken?> AfterAsync(
        HeldToken refused, TokenRefusal why, bool repeatable, HttpResponseMessage answer, CancellationToken cancel)
    {
        try
        {
            return await _client.Keeper.AfterAsync(refused, why, cancel).ConfigureAwait(false);
        }
        catch (HandstampException fault) when (fault.Definitive || !repeatable)
        {
            // The session has ended, and this is the answer; or the token was only for the next call.
            return null;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>Not supported, because getting a token is asynchronous.</summary>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Use SendAsync. Send would send the request without a token.");

    bool MayHaveToken(HttpRequestMessage request) =>
        request.Headers.Authorization is null && _client.Trusts(request.RequestUri);

    async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HeldToken token, bool repeatable, CancellationToken cancel)
    {
        if (token.Key is not null) Transport.DemandNoRedirects(InnerHandler);
        request.Headers.Authorization = token.Authorization;
        try
        {
            return await (token.Key is null
                ? base.SendAsync(request, cancel)
                : _client.Proofs.SendAsync(
                    request, token.Key, token.AccessToken, repeatable, () => base.SendAsync(request, cancel))).ConfigureAwait(false);
        }
        finally
        {
            // After a redirect, or in a log, another party sees the request.
            request.Headers.Authorization = null;
            Proofs.TakeFrom(request);
        }
    }

    static async Task<bool> TryKeepAsync(HttpContent? content, CancellationToken cancel)
    {
        if (content is null) return true;
        if (content is not JsonContent && content.Headers.ContentLength is not <= LongestRepeated) return false;
        await content.LoadIntoBufferAsync(cancel).ConfigureAwait(false);
        return true;
    }
}

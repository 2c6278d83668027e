using System.Net.Http.Headers;
using Handstamp.Client.Session;
using Handstamp.Tokens;

namespace Handstamp.Client.Service;

/// <summary>
/// What a request is sent with: an access token, a key for the proof, and how long its sender waits, if that differs
/// from other requests. Not a record, because its text must not show the token.
/// </summary>
readonly struct Sender(SigningKey? key, AuthenticationHeaderValue? authorization = null, TimeSpan? timeout = null)
{
    public TimeSpan? Timeout => timeout;

    public static Sender With(HeldToken token) => new(token.Key, token.Authorization);

    public void Sign(HttpRequestMessage request)
    {
        request.Headers.Authorization = authorization;
        request.Options.Set(ProofHandler.Key, key);
    }
}

using System.Net.Http.Headers;
using Handstamp.Client.Session;
using Handstamp.Tokens;

namespace Handstamp.Client.Service;

/// <summary>
/// With what a request is sent: an access token, a proof by a key, and how long its sender waits, if that is not as long
/// as for every other. No record: its text must not show the token.
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

using Handstamp.Server.ExternalLogins.Providers;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Handstamp.Server.ExternalLogins;

/// <summary>Reads what a provider has sent the browser back with (RFC 6749 §4.1.2, RFC 9207 §2).</summary>
static class CallbackAnswer
{
    /// <summary>The parameters that are read. All others are ignored, as RFC 6749 says.</summary>
    public static readonly IReadOnlyList<string> Parameters = ["code", "state", "iss", "error"];

    // RFC 6749 §4.1.2.1; Apple and LinkedIn have their own.
    static readonly string[] CancelledBy = ["access_denied", "user_cancelled_authorize", "user_cancelled_login"];

    const int MaxLength = 16 * 1024;
    const int MaxCode = 4096;

    // The sentences name the reason, so that a person or a developer knows what to do.
    public static readonly Refusal NotBegunHere = Failed("This browser or app has not begun this login, or has begun another one since. Begin again.");
    static readonly Refusal Cancelled = Failed("The login was cancelled at the provider.");
    static readonly Refusal Erroneous = Failed("The provider has refused the login.");

    /// <summary>The answer in the address to which the provider has sent the browser, if it belongs to the ceremony.</summary>
    public static OrRefusal<ProviderAnswer> Read(string address, OpenCeremony open)
    {
        if (address.Length > MaxLength) return new Refusal(Problems.InvalidRequest, $"An address can have at most {MaxLength} characters.");
        var end = address.AsSpan().IndexOfAny('?', '#');
        // Mix-up (RFC 9700 §4.4.2): each provider sends the browser to an address of its own.
        if (end < 0 || address[..end] != open.Ceremony.RedirectUri) return NotBegunHere;
        var query = address.IndexOf('#', StringComparison.Ordinal) is >= 0 and var fragment ? address[end..fragment] : address[end..];
        return Read(QueryHelpers.ParseQuery(query).GetValueOrDefault, open);
    }

    static OrRefusal<ProviderAnswer> Read(Func<string, StringValues> find, OpenCeremony open)
    {
        if (Parameters.Any(name => find(name).Count > 1)) return NotBegunHere;
        if (find("state") is not [{ } state] || !Ceremonies.IsEqual(state, open.State)) return NotBegunHere;
        if (find("error") is [{ } error]) return CancelledBy.Contains(error) ? Cancelled : Erroneous;
        return find("code") is [{ Length: > 0 and <= MaxCode } code]
            ? new ProviderAnswer { Code = code, Issuer = find("iss") is [{ } issuer] ? issuer : null }
            : Erroneous;
    }

    public static Refusal Failed(string detail) => new(Problems.ExternalLoginFailed, detail);
}

using System.Collections.Frozen;
using System.Text.Json;
using Handstamp.Server.Accounts.Challenges;
using Handstamp.Server.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.ExternalLogins.Providers;

/// <summary>
/// The <c>siteverify</c> route of Turnstile, hCaptcha and reCAPTCHA: a form with the secret and the response, and an answer with
/// <c>success</c>. The address of the visitor is not sent.
/// </summary>
sealed class SiteVerifier : ISiteVerifier, IDisposable
{
    /// <summary>The longest response that is sent to the service.</summary>
    public const int MaxLength = 8192;

    // The visitor cannot mend what these are about.
    static readonly FrozenSet<string> OwnFaults = FrozenSet.Create(
        StringComparer.Ordinal, "missing-input-secret", "invalid-input-secret", "sitekey-secret-mismatch", "bad-request", "internal-error");

    static readonly Refusal Unavailable = new(Problems.ChallengeUnavailable, RetryAfter: TimeSpan.FromSeconds(5));

    readonly ProviderHttp _http;
    readonly FrozenSet<string> _hosts;
    readonly ILogger<SiteVerifier> _log;

    public SiteVerifier(
        IOptions<ChallengeOptions> challenge, IOptions<HandstampOptions> service, IOptions<CorsSettings> cors, TimeProvider clock, ILogger<SiteVerifier> log)
    {
        (Widget, _log) = (SiteVerifyWidget.Of(challenge.Value.SiteVerify), log);
        _http = new ProviderHttp(clock);
        string[] places = [service.Value.Issuer, .. cors.Value.AllowedOrigins];
        _hosts = places.Select(place => new Uri(place).Host).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    public SiteVerifyWidget? Widget { get; }

    public async Task<OrRefusal<bool>> IsRightAsync(string response, CancellationToken cancel)
    {
        if (Widget is not { } widget || response.Length > MaxLength) return false;
        try
        {
            var (_, answer) = await _http.PostAsync(
                widget.Url, [new("secret", widget.Secret), new("response", response), new("sitekey", widget.SiteKey)], credential: null, cancel);
            return IsRight(answer);
        }
        catch (ProviderException fault)
        {
            _log.SiteVerifyFailed(widget.Url.Host, fault.Message);
            return Unavailable;
        }
    }

    public void Dispose() => _http.Dispose();

    bool IsRight(JsonElement answer)
    {
        if (!answer.TryGetProperty("success", out var success) || success.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            throw new ProviderException("its answer does not say whether the response is right");
        if (!success.GetBoolean())
            return CodesOf(answer).FirstOrDefault(OwnFaults.Contains) is { } code ? throw new ProviderException($"it answered {code}") : false;
        // A response from the widget of another site is worth nothing here, although the key is the same.
        return (TextOf(answer, "hostname") is not { Length: > 0 } host || _hosts.Contains(host))
            && TextOf(answer, "action") is null or "" or SiteVerifyWidget.Action;
    }

    static IEnumerable<string> CodesOf(JsonElement answer) =>
        answer.TryGetProperty("error-codes", out var codes) && codes.ValueKind == JsonValueKind.Array
            ? codes.EnumerateArray().Where(code => code.ValueKind == JsonValueKind.String).Select(code => code.GetString()!)
            : [];

    static string? TextOf(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

using System.Collections.Frozen;
using System.Text.Json;
using Handstamp.Server.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Challenges;

/// <summary>
/// The <c>siteverify</c> route of Turnstile, hCaptcha and reCAPTCHA: a form with the secret and the response, and an answer with
/// <c>success</c>. The address of the visitor is not sent.
/// </summary>
sealed class SiteVerifier : IDisposable
{
    /// <summary>The longest response that is sent to the service.</summary>
    public const int MaxLength = 8192;

    // The visitor cannot mend what these are about.
    static readonly FrozenSet<string> OwnFaults = FrozenSet.Create(
        StringComparer.Ordinal, "missing-input-secret", "invalid-input-secret", "sitekey-secret-mismatch", "bad-request", "internal-error");

    const int MaxAnswer = 64 * 1024;
    const int MaxConcurrent = 32;

    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    static readonly Refusal Unavailable = new(Problems.ChallengeUnavailable, RetryAfter: TimeSpan.FromSeconds(5));

    readonly OutgoingHttp _http = new(MaxAnswer);
    readonly BoundedCalls _calls;
    readonly FrozenSet<string> _hosts;
    readonly ILogger<SiteVerifier> _log;

    public SiteVerifier(
        IOptions<ChallengeOptions> challenge, IOptions<HandstampOptions> service, IOptions<CorsSettings> cors, TimeProvider clock, ILogger<SiteVerifier> log)
    {
        (Widget, _log) = (SiteVerifyWidget.Of(challenge.Value.SiteVerify), log);
        _calls = new BoundedCalls(MaxConcurrent, Timeout, clock);
        string[] places = [service.Value.Issuer, .. cors.Value.AllowedOrigins];
        _hosts = places.Select(place => new Uri(place).Host).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Its widget; null if the proof of work of this service is used.</summary>
    public SiteVerifyWidget? Widget { get; }

    /// <summary>Whether the response is right. The service accepts each once. Refused if the service cannot say it now.</summary>
    public async Task<OrRefusal<bool>> IsRightAsync(string response, CancellationToken cancel)
    {
        if (Widget is not { } widget || response.Length > MaxLength) return false;
        try
        {
            KeyValuePair<string, string>[] form = [new("secret", widget.Secret), new("response", response), new("sitekey", widget.SiteKey)];
            var (_, answer) = await _calls.RunAsync(ends => _http.PostFormAsync(widget.Url, form, credential: null, ends), cancel);
            return IsRight(answer);
        }
        catch (CallFailedException fault)
        {
            _log.SiteVerifyFailed(widget.Url.Host, fault.Message);
            return Unavailable;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _calls.Dispose();
    }

    bool IsRight(JsonElement answer)
    {
        if (!answer.TryGetProperty("success", out var success) || success.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            throw new CallFailedException("its answer does not say whether the response is right");
        if (!success.GetBoolean())
            return CodesOf(answer).FirstOrDefault(OwnFaults.Contains) is { } code ? throw new CallFailedException($"it answered {code}") : false;
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

using System.Text.Json;

namespace Handstamp.Client.Service;

/// <summary>Reads a refusal: problem details (RFC 9457), or whatever came instead.</summary>
static class Refusal
{
    public static async Task<HandstampException> ReadAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var problem = Parse(await answer.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false));
        // A proxy's error page says nothing about the session.
        var (code, definitive) = problem is { Code: { } told, Definitive: { } final }
            ? (told, final)
            : (HandstampErrorCodes.UnexpectedAnswer, false);
        var message = problem?.Title ?? $"The service answered {(int)answer.StatusCode}.";
        return new HandstampException(code, message, definitive)
        {
            StatusCode = answer.StatusCode,
            // In seconds, as the service sends it. A date would depend on another machine's clock.
            RetryAfter = answer.Headers.RetryAfter?.Delta,
            Challenge = code == HandstampErrorCodes.ChallengeRequired ? problem?.Challenge : null,
            SecondFactor = problem is { MfaToken: { } token, Methods: { } methods }
                ? new SecondFactorDue(token, methods, isEnrolment: code == HandstampErrorCodes.SecondFactorRequired) { DeletesAt = problem.DeletesAt }
                : null,
        };
    }

    static Problem? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, Wire.Default.Problem);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

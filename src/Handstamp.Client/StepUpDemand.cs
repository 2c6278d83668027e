using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Handstamp.Client;

/// <summary>The authentication that an API or the service requires (RFC 9470 §3).</summary>
public sealed partial class StepUpDemand
{
    internal static readonly StepUpDemand OfService = new(null, []);

    StepUpDemand(TimeSpan? maxAge, IReadOnlyList<string> acrValues) => (MaxAge, AcrValues) = (maxAge, acrValues);

    /// <summary>How long ago the person may have authenticated; null if the answer does not say.</summary>
    public TimeSpan? MaxAge { get; }

    /// <summary>
    /// The values of <c>acr</c> that are sufficient, the weakest first: <c>1</c>, <c>2</c>, <c>phr</c>, <c>phrh</c>. Empty if
    /// the answer does not say.
    /// </summary>
    public IReadOnlyList<string> AcrValues { get; }

    /// <summary>Null if the answer is not about that.</summary>
    internal static StepUpDemand? Of(HttpResponseMessage answer) =>
        answer.StatusCode == HttpStatusCode.Unauthorized
        && answer.Headers.WwwAuthenticate.FirstOrDefault(challenge => Error().IsMatch(challenge.Parameter ?? "")) is { Parameter: { } said }
            ? new StepUpDemand(
                Age().Match(said) is { Success: true } age
                    ? TimeSpan.FromSeconds(int.Parse(age.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture))
                    : null,
                Values().Match(said).Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            : null;

    [GeneratedRegex("error=\"?insufficient_user_authentication")]
    private static partial Regex Error();

    [GeneratedRegex("max_age=\"?([0-9]{1,9})")]
    private static partial Regex Age();

    [GeneratedRegex("acr_values=\"([^\"]*)")]
    private static partial Regex Values();
}

using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Http;

/// <summary>
/// A time in a setting: <c>48h</c>, <c>1h30m</c>, <c>00:00:30</c>, <c>14.00:00:00</c>. Not everything that .NET
/// accepts: a number alone would mean days, and so would 24 or more before a colon.
/// </summary>
static partial class Duration
{
    public const string Expected =
        "a time such as 30s, 15m, 48h, 14d, 1h30m, 00:00:30 or 14.00:00:00, with at most 23 hours before a colon";

    static readonly (string Unit, TimeSpan Length)[] Lengths =
    [
        ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)), ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0") return true;
        return Units().Match(text) is { Success: true } units
            ? TryAdd(units.Groups, out duration)
            : Clock().IsMatch(text) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration);
    }

    /// <summary>
    /// The section with the times in the form that .NET's binder reads. Throws <see cref="OptionsValidationException"/>
    /// with a sentence for each invalid one.
    /// </summary>
    /// <param name="section">The section of the app's settings.</param>
    /// <param name="keys">The settings in it that are times.</param>
    public static IConfiguration WithDurations<TOptions>(
        this IConfigurationSection section, params IReadOnlyList<string> keys)
    {
        var faults = new List<string>();
        var values = section.AsEnumerable(makePathsRelative: true)
            .Select(setting => KeyValuePair.Create($"{section.Key}:{setting.Key}", Canonical(section.Key, setting, keys, faults)))
            .ToList();
        return faults.Count == 0
            ? new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection(section.Key)
            : throw new OptionsValidationException(Options.DefaultName, typeof(TOptions), faults);
    }

    static string? Canonical(
        string section, KeyValuePair<string, string?> setting, IReadOnlyList<string> keys, List<string> faults)
    {
        if (setting.Value is not { } text || !keys.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)) return setting.Value;
        if (TryParse(text, out var duration)) return duration.ToString();
        faults.Add($"{section}:{setting.Key} is '{text}'; it has to be {Expected}.");
        return text;
    }

    // A time that does not fit into a TimeSpan is a mistake.
    static bool TryAdd(GroupCollection units, out TimeSpan sum)
    {
        sum = TimeSpan.Zero;
        foreach (var (unit, length) in Lengths)
        {
            if (!units[unit].Success) continue;
            if (!long.TryParse(units[unit].ValueSpan, CultureInfo.InvariantCulture, out var count)
                || count > (TimeSpan.MaxValue - sum).Ticks / length.Ticks) return false;
            sum += TimeSpan.FromTicks(count * length.Ticks);
        }
        return true;
    }

    [GeneratedRegex(@"\A(?=.)((?<d>[0-9]+)d)?((?<h>[0-9]+)h)?((?<m>[0-9]+)m(?!s))?((?<s>[0-9]+)s)?((?<ms>[0-9]+)ms)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Units();

    // [-][days.]hours:minutes[:seconds[.fraction]]
    [GeneratedRegex(@"\A-?([0-9]+\.)?([01]?[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9](\.[0-9]{1,7})?)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Clock();
}

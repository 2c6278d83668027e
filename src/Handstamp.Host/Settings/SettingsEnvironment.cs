using System.Collections;
using System.Text.RegularExpressions;

namespace Handstamp.Host.Settings;

/// <summary>Variables such as <c>HANDSTAMP_Sessions__RetryWindow</c>, and <c>HANDSTAMP_MASTER_KEY</c>.</summary>
static partial class SettingsEnvironment
{
    const string Prefix = "HANDSTAMP_";
    const string MasterKey = "HANDSTAMP_MASTER_KEY";

    public static IReadOnlyList<SettingValue> Read(IDictionary variables) =>
    [
        .. variables.Cast<DictionaryEntry>()
            .Select(variable => (Name: (string)variable.Key, Text: (string?)variable.Value ?? ""))
            .Where(variable => variable.Name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !OfKubernetes().IsMatch($"{variable.Name}={variable.Text}"))
            .OrderBy(variable => variable.Name, StringComparer.Ordinal)
            .Select(variable =>
                new SettingValue(KeyOf(variable.Name), variable.Text, $"The environment variable {variable.Name}")),
    ];

    static string KeyOf(string variable) => variable == MasterKey
        ? KnownSettings.MasterKey
        : variable[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal);

    // If a service of Kubernetes is called handstamp, each pod beside it gets its address in these.
    [GeneratedRegex("^HANDSTAMP_(SERVICE_HOST=|SERVICE_PORT(_[A-Z0-9_]+)?=|PORT=[a-z]+://|PORT_[0-9]+_[A-Z]+(_PROTO|_PORT|_ADDR)?=)")]
    private static partial Regex OfKubernetes();
}

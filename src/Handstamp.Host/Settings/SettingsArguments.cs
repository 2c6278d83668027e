namespace Handstamp.Host.Settings;

/// <summary>The settings on the command line, after its own options: <c>--Key=value</c> and <c>--Key value</c>.</summary>
static class SettingsArguments
{
    public static IReadOnlyList<SettingValue> Read(IReadOnlyList<string> arguments, ICollection<string> faults)
    {
        var values = new List<SettingValue>();
        for (var index = 0; index < arguments.Count; index++)
        {
            var (option, text) = Split(arguments[index]);
            if (!option.StartsWith("--", StringComparison.Ordinal))
                faults.Add($"Unexpected argument '{Shown(option)}'.");
            else if ((text ?? Next(arguments, ref index)) is { } value)
                values.Add(new SettingValue(option[2..], value, option));
            // It is unknown, whatever its value is.
            else if (KnownSettings.Find(option[2..]) is null)
                values.Add(new SettingValue(option[2..], "", option));
            else
                faults.Add($"{option} needs a value.");
        }
        return values;
    }

    // The address of a database may contain its password.
    static string Shown(string option) =>
        option.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 ? $"{option[..scheme]}://…" : option;

    static (string Option, string? Text) Split(string argument) =>
        argument.IndexOf('=', StringComparison.Ordinal) is var sign and > 0
            ? (argument[..sign], argument[(sign + 1)..])
            : (argument, null);

    static string? Next(IReadOnlyList<string> arguments, ref int index) =>
        index + 1 < arguments.Count && !arguments[index + 1].StartsWith("--", StringComparison.Ordinal)
            ? arguments[++index]
            : null;
}

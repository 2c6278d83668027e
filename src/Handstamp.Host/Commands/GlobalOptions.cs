using System.CommandLine;
using System.CommandLine.Parsing;
using Handstamp.Host.Settings;

namespace Handstamp.Host.Commands;

/// <summary>Options that several commands share.</summary>
static class GlobalOptions
{
    public static readonly Option<string> Data = new("--data")
    {
        Description = "The directory with the database, the master key and handstamp.json (default: ./data).",
        HelpName = "DIR",
        Recursive = true,
        Validators = { DemandText },
    };

    public static readonly Option<string> Config = new("--config")
    {
        Description = "The settings file (default: handstamp.json in the data directory).",
        HelpName = "FILE",
        Recursive = true,
        Validators = { DemandText },
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print the result as JSON.",
        Recursive = true,
    };

    /// <summary>Refuses an empty string. An unset variable in a script produces one, and it is no file name.</summary>
    public static void DemandText(SymbolResult given)
    {
        foreach (var token in given.Tokens.Where(token => token.Value.Length == 0))
            given.AddError("An argument is empty.");
    }

    /// <summary>The settings that the command runs under.</summary>
    public static EffectiveSettings ReadSettings(ParseResult parsed) => EffectiveSettings.Read(
        new SettingsInput(parsed.GetValue(Config), OptionsOf(parsed), [], HostMode.Default));

    public static IReadOnlyList<SettingValue> OptionsOf(ParseResult parsed) =>
        parsed.GetValue(Data) is { } directory ? [new(KnownSettings.DataDirectory, directory, "--data")] : [];
}

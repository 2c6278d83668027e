using System.CommandLine;
using Handstamp.Host.Settings;

namespace Handstamp.Host.Commands;

/// <summary>What several commands take.</summary>
static class GlobalOptions
{
    public static readonly Option<string> Data = new("--data")
    {
        Description = "Where the database, the master key and handstamp.json are (default: ./data).",
        HelpName = "DIR",
        Recursive = true,
    };

    public static readonly Option<string> Config = new("--config")
    {
        Description = "The settings file (default: handstamp.json in the data directory).",
        HelpName = "FILE",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Answer with JSON, for programs.",
        Recursive = true,
    };

    /// <summary>The settings that the command runs under.</summary>
    public static EffectiveSettings ReadSettings(ParseResult parsed) => EffectiveSettings.Read(
        new SettingsInput(parsed.GetValue(Config), OptionsOf(parsed), [], HostMode.Default));

    public static IReadOnlyList<SettingValue> OptionsOf(ParseResult parsed) =>
        parsed.GetValue(Data) is { } directory ? [new(KnownSettings.DataDirectory, directory, "--data")] : [];
}

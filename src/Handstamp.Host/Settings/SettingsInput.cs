namespace Handstamp.Host.Settings;

/// <summary>The settings on the command line.</summary>
/// <param name="Config">The settings file, or null for the one in the data directory, if there is one.</param>
/// <param name="Options">The options that stand for settings: <c>--data</c>, <c>--urls</c>.</param>
/// <param name="Arguments">The remaining arguments, read as settings.</param>
/// <param name="Environment">Development or Production.</param>
sealed record SettingsInput(
    string? Config, IReadOnlyList<SettingValue> Options, IReadOnlyList<string> Arguments, string Environment);

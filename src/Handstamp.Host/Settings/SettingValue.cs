namespace Handstamp.Host.Settings;

/// <summary>A value as a source gives it.</summary>
/// <param name="Key">With colons between the sections.</param>
/// <param name="Text">The value.</param>
/// <param name="Origin">For the operator: the file, the environment variable or the option.</param>
readonly record struct SettingValue(string Key, string Text, string Origin);

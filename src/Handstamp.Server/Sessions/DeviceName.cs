namespace Handstamp.Server.Sessions;

/// <summary>The name that a person gives a device.</summary>
static class DeviceName
{
    public const int MaxLength = 64;

    public const string Rule = "The member 'device_name' must have 1 to 64 characters, none of them a control character.";

    public static bool IsValid(string? name) =>
        name is null || (name.Length is > 0 and <= MaxLength && !name.Any(char.IsControl) && !string.IsNullOrWhiteSpace(name));
}

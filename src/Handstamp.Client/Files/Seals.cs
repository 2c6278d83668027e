using Handstamp.Client.Files.Keyrings;

namespace Handstamp.Client.Files;

/// <summary>The seals that there are on this system, the best one first.</summary>
sealed class Seals(PrivateFile keyFile)
{
    readonly ISeal[] _here = [.. OfPlatform(), new KeyFileSeal(keyFile)];

    /// <summary>The best one that works here and now, as the key file always does.</summary>
    public ISeal Best => _here.First(seal => seal.IsAtHand);

    /// <summary>The one of what is closed; null when it is none's.</summary>
    public ISeal? Of(byte[]? closed) =>
        closed is [> 0, ..] && (FileProtection)(closed[0] - 1) is var recorded && Enum.IsDefined(recorded) ? For(recorded) : null;

    public ISeal For(FileProtection protection) =>
        Array.Find(_here, seal => seal.Protection == protection)
        ?? throw new PlatformNotSupportedException($"{protection} is not available on this system.");

    /// <summary>What the file begins with.</summary>
    public static byte Mark(FileProtection protection) => (byte)(protection + 1);

    static IEnumerable<ISeal> OfPlatform()
    {
        if (OperatingSystem.IsWindows()) yield return new WindowsSeal();
        if (OperatingSystem.IsLinux()) yield return new KeyringSeal(new SecretService());
        if (OperatingSystem.IsMacOS()) yield return new KeyringSeal(new Keychain());
    }
}

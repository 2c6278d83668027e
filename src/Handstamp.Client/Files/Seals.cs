using Handstamp.Client.Files.Keyrings;

namespace Handstamp.Client.Files;

/// <summary>The seals of this system, the best one first.</summary>
sealed class Seals(PrivateFile keyFile)
{
    readonly ISeal[] _here = [.. OfPlatform(), new KeyFileSeal(keyFile)];

    /// <summary>The best seal that works in this process now. The key file always works.</summary>
    public ISeal Best => _here.First(seal => seal.IsAtHand);

    /// <summary>The seal of this content; null if no seal has made it.</summary>
    public ISeal? Of(byte[]? closed) =>
        closed is [> 0, ..] && (FileProtection)(closed[0] - 1) is var recorded && Enum.IsDefined(recorded) ? For(recorded) : null;

    public ISeal For(FileProtection protection) =>
        Array.Find(_here, seal => seal.Protection == protection)
        ?? throw new PlatformNotSupportedException($"{protection} is not available on this system.");

    /// <summary>The bytes at the beginning of the file.</summary>
    public static byte Mark(FileProtection protection) => (byte)(protection + 1);

    static IEnumerable<ISeal> OfPlatform()
    {
        if (OperatingSystem.IsWindows()) yield return new WindowsSeal();
        if (OperatingSystem.IsLinux()) yield return new KeyringSeal(new SecretService());
        if (OperatingSystem.IsMacOS()) yield return new KeyringSeal(new Keychain());
    }
}

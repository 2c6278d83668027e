using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Handstamp.Client.Files;

/// <summary>DPAPI, under the user's key: mark 1 ‖ the result of Windows.</summary>
[SupportedOSPlatform("windows")]
sealed class WindowsSeal : ISeal
{
    public FileProtection Protection => FileProtection.WindowsDataProtection;

    public bool IsAtHand => true;

    public byte[] Close(byte[] content, byte[]? before) =>
        [Seals.Mark(Protection), .. ProtectedData.Protect(content, null, DataProtectionScope.CurrentUser)];

    public byte[] Open(byte[] closed) => ProtectedData.Unprotect(closed[1..], null, DataProtectionScope.CurrentUser);

    /// <summary>The key belongs to Windows.</summary>
    public void Forget(byte[] closed)
    {
    }
}

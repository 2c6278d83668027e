using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Handstamp.Client.Files;

/// <summary>DPAPI, under the user's key.</summary>
[SupportedOSPlatform("windows")]
sealed class WindowsSeal : ISeal
{
    public FileProtection Protection => FileProtection.WindowsDataProtection;

    public byte[] Close(byte[] content) => ProtectedData.Protect(content, null, DataProtectionScope.CurrentUser);

    public byte[] Open(byte[] closed) => ProtectedData.Unprotect(closed, null, DataProtectionScope.CurrentUser);
}

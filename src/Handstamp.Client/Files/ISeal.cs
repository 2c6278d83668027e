namespace Handstamp.Client.Files;

/// <summary>Encrypts what lies in a file.</summary>
interface ISeal
{
    FileProtection Protection { get; }

    byte[] Close(byte[] content);

    /// <summary>Throws a <see cref="System.Security.Cryptography.CryptographicException"/> when it is not what was closed.</summary>
    byte[] Open(byte[] closed);
}

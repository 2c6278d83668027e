namespace Handstamp.Client.Files;

/// <summary>Encrypts what lies in a file. The first byte of what is closed says which seal it has: <see cref="Seals"/>.</summary>
interface ISeal
{
    FileProtection Protection { get; }

    /// <summary>Whether something new can be closed here and now.</summary>
    bool IsAtHand { get; }

    /// <param name="content">What is to be closed.</param>
    /// <param name="before">What was closed before; its key is used again.</param>
    byte[] Close(byte[] content, byte[]? before);

    /// <summary>Throws a <see cref="System.Security.Cryptography.CryptographicException"/> when it is not what was closed.</summary>
    byte[] Open(byte[] closed);

    /// <summary>Nobody will open this again.</summary>
    void Forget(byte[] closed);
}

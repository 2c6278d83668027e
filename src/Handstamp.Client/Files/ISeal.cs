namespace Handstamp.Client.Files;

/// <summary>Encrypts the content of a file. The first byte of the result names the seal: <see cref="Seals"/>.</summary>
interface ISeal
{
    FileProtection Protection { get; }

    /// <summary>Whether new content can be encrypted in this process now.</summary>
    bool IsAtHand { get; }

    /// <param name="content">The text to encrypt.</param>
    /// <param name="before">The previous encrypted content; its key is used again.</param>
    byte[] Close(byte[] content, byte[]? before);

    /// <summary>
    /// Throws a <see cref="System.Security.Cryptography.CryptographicException"/> if the content was damaged or
    /// encrypted with another key.
    /// </summary>
    byte[] Open(byte[] closed);

    /// <summary>Called when nobody will decrypt this content again.</summary>
    void Forget(byte[] closed);
}

namespace Handstamp.Client.Files.Keyrings;

/// <summary>
/// The platform's store for secrets. If it cannot be asked, it throws a <see cref="KeyringException"/>, which is not
/// the same as finding nothing. It never shows a dialog.
/// </summary>
interface IKeyring
{
    FileProtection Protection { get; }

    /// <summary>Whether the keyring exists and is unlocked.</summary>
    bool IsOpen { get; }

    /// <summary>Null if there is none.</summary>
    byte[]? Find(string name);

    void Add(string name, byte[] key);

    void Remove(string name);
}

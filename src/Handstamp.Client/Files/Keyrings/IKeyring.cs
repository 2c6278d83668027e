namespace Handstamp.Client.Files.Keyrings;

/// <summary>
/// Where the platform keeps secrets. What can't be asked throws a <see cref="KeyringException"/>: that is not the same
/// as finding nothing. It never asks a person for anything.
/// </summary>
interface IKeyring
{
    FileProtection Protection { get; }

    /// <summary>Whether it is there, and unlocked.</summary>
    bool IsOpen { get; }

    /// <summary>Null when there is none.</summary>
    byte[]? Find(string name);

    void Add(string name, byte[] key);

    void Remove(string name);
}

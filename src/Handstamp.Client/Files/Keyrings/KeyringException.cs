namespace Handstamp.Client.Files.Keyrings;

/// <summary>What to do if a keyring cannot be asked.</summary>
#pragma warning disable CA1032 // Made here alone, and always with a reason.
sealed class KeyringException(FileProtection protection, string reason) : IOException(
    $"The key of the file is in the keyring ({protection}), which can't be asked: {reason} Unlock it, or log in again "
    + $"with a {nameof(FileTokenStore)} of {nameof(FileProtection)}.{nameof(FileProtection.KeyFile)}.");
#pragma warning restore CA1032

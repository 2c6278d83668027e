using System.Diagnostics.CodeAnalysis;
using Handstamp.Server.Keys;

namespace Handstamp.Server.Accounts.SecondFactors;

/// <summary>Encrypts the secrets of authenticator apps, each for its account and its row, and decrypts them.</summary>
sealed class TotpSecrets(KeyRingService keys)
{
    public byte[] Seal(ReadOnlySpan<byte> secret, Guid accountId, Guid id) => keys.Ring.DataKey.Seal(secret, Label(accountId, id));

    /// <summary>False if the row was changed, or the key that it needs has been deleted.</summary>
    public bool TryOpen(TotpApp app, [NotNullWhen(true)] out byte[]? secret) =>
        keys.Ring.DataKey.TryOpen(app.Sealed, Label(app.AccountId, app.Id), out secret);

    static byte[] Label(Guid accountId, Guid id) =>
        [.. "totp "u8, .. accountId.ToByteArray(bigEndian: true), .. id.ToByteArray(bigEndian: true)];
}

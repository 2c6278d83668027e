using System.Buffers.Text;
using System.Text;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Keys;

namespace Handstamp.Server.Accounts.Import;

/// <summary>What an account has besides its password, to be written. A class and not a record: its text must not show the secrets.</summary>
sealed class ExportedFactors
{
    public IReadOnlyList<PortableTotp>? Totp { get; init; }

    public IReadOnlyList<string>? RecoveryCodes { get; init; }

    public IReadOnlyList<PortablePasskey>? Passkeys { get; init; }

    /// <summary>How many apps and codes cannot be written: their rows were changed, or are older than the hashes of codes.</summary>
    public int Missing { get; init; }
}

/// <summary>Reads the factors of accounts in the form in which they are imported. The key ring has to be open.</summary>
sealed class FactorExport(ISecondFactorStore factors, IPasskeyStore passkeys, TotpSecrets secrets, KeyRingService keys, RelyingParty party)
{
    public async Task<ExportedFactors> ReadAsync(Guid accountId, CancellationToken cancel)
    {
        var apps = await factors.ListAsync(accountId, cancel);
        var codes = await factors.ListCodesAsync(accountId, cancel);
        var (totp, hashes) = (new List<PortableTotp>(), new List<string>());
        foreach (var app in apps)
            if (secrets.TryOpen(app, out var secret)) totp.Add(Of(app, secret));
        foreach (var code in codes)
            if (RecoveryCodes.TryOpen(accountId, code, keys.Ring.DataKey, out var hash)) hashes.Add(hash);
        // In an order that does not depend on the key.
        hashes.Sort(StringComparer.Ordinal);
        PortablePasskey[] own = [.. (await passkeys.ListAsync(accountId, cancel)).Select(Of)];
        return new ExportedFactors
        {
            Totp = totp.Count == 0 ? null : totp,
            RecoveryCodes = hashes.Count == 0 ? null : hashes,
            Passkeys = own.Length == 0 ? null : own,
            Missing = apps.Count - totp.Count + codes.Count - hashes.Count,
        };
    }

    static PortableTotp Of(TotpApp app, byte[] secret) => new()
    {
        Secret = Base32.Encode(secret),
        Name = app.Name,
        CreatedAt = app.CreatedAt,
        LastUsedAt = app.LastUsedAt,
    };

    PortablePasskey Of(Passkey passkey) => new()
    {
        CredentialId = Base64Url.EncodeToString(passkey.CredentialId),
        PublicKey = Base64Url.EncodeToString(passkey.PublicKey),
        SignCount = passkey.SignCount,
        Synced = passkey.IsSynced,
        BackedUp = passkey.IsBackedUp,
        SecondFactor = passkey.IsSecondFactor,
        Transports = passkey.Transports.Count == 0 ? null : passkey.Transports,
        Aaguid = passkey.Aaguid == Guid.Empty ? null : passkey.Aaguid,
        Name = passkey.Name,
        UserHandle = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(passkey.AccountId.ToString())),
        RpId = party.Id,
        CreatedAt = passkey.CreatedAt,
        LastUsedAt = passkey.LastUsedAt,
    };
}

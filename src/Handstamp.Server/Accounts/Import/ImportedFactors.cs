using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Keys;

namespace Handstamp.Server.Accounts.Import;

/// <summary>
/// What a user of another system has besides a password, as it can be verified here. A class and not a record: its text must not show
/// the secrets.
/// </summary>
sealed class ImportedFactors
{
    // RFC 4226 §4 asks for 16 bytes, and older apps have 10.
    const int MinSecret = 10;
    const int MaxSecret = 128;

    static readonly string[] Sha1 = ["SHA1", "SHA-1", "HMACSHA1"];

    readonly Account _account;
    readonly PortableTotp[] _apps;
    readonly string[] _codes;

    ImportedFactors(PortableUser user, Account account)
    {
        (_account, _apps, _codes) = (account, [.. user.Totp ?? []], [.. user.RecoveryCodes ?? []]);
        Passkeys = [.. (user.Passkeys ?? []).Select(PasskeyOf)];
    }

    public IReadOnlyList<Passkey> Passkeys { get; }

    /// <summary>Null for a user without any. False, and why, if one of them could not be used here.</summary>
    public static bool TryCreate(
        PortableUser user, Account account, string relyingPartyId, out ImportedFactors? factors, [NotNullWhen(false)] out ImportOutcome.Refused? refused)
    {
        (factors, refused) = (null, null);
        if (user is { Totp: null, RecoveryCodes: null, Passkeys: null }) return true;
        refused = TotpFault(user) is { } totp ? new("invalid_totp", totp)
            : PasskeyFault(user, account, relyingPartyId) is { } passkey ? new("invalid_passkey", passkey)
            : CodesFault(user) is { } codes ? new("invalid_recovery_codes", codes)
            : null;
        if (refused is not null) return false;
        factors = new ImportedFactors(user, account);
        return true;
    }

    /// <summary>As they are stored.</summary>
    public NewFactors Seal(TotpSecrets secrets, DataKey key) => new(
        [.. _apps.Select(app => Seal(app, secrets))],
        [.. _codes.Select(code => RecoveryCodes.ToStore(_account.Id, code, key)).DistinctBy(code => Convert.ToHexString(code.Mac))],
        Passkeys);

    static string? TotpFault(PortableUser user)
    {
        var apps = user.Totp ?? [];
        if (apps.Count > SecondFactorOperations.MaxApps) return $"A user can have at most {SecondFactorOperations.MaxApps} authenticator apps.";
        if (apps.Any(app => app?.Secret is null)) return "An authenticator app must be an object with a secret.";
        if (apps.Any(app => (app.Algorithm is { } algorithm && !Sha1.Contains(algorithm.ToUpperInvariant()))
            || (app.Digits ?? Totp.Digits) != Totp.Digits || (app.Period ?? Totp.Period) != Totp.Period))
            return $"Codes of an authenticator app are verified with SHA-1, {Totp.Digits} digits and {Totp.Period} seconds only. The person has to add the app again.";
        if (apps.Any(app => Base32.Decode(app.Secret)?.Length is not (>= MinSecret and <= MaxSecret)))
            return $"The secret of an authenticator app must be base 32 of {MinSecret} to {MaxSecret} bytes.";
        return apps.Any(app => !SecondFactorOperations.IsName(app.Name))
            ? $"The name of an authenticator app has 1 to {SecondFactorOperations.MaxName} characters, and no control characters."
            : null;
    }

    static string? CodesFault(PortableUser user)
    {
        var codes = user.RecoveryCodes ?? [];
        if (codes.Count > RecoveryCodes.MostImported) return $"A user can have at most {RecoveryCodes.MostImported} recovery codes.";
        if (codes.Any(code => code is null || !RecoveryCodes.IsValid(code))) return RecoveryCodes.Rule;
        if (user.Id is null && codes.Any(RecoveryCodes.NeedsId)) return "Hashes of recovery codes are of use only to an account that keeps its id.";
        // Nothing would ever ask for them.
        return codes.Count > 0 && user.Totp is null or [] && user.Passkeys?.Any(passkey => passkey.SecondFactor == true) != true
            ? "A user with recovery codes must have an authenticator app, or a passkey as the second factor."
            : null;
    }

    static string? PasskeyFault(PortableUser user, Account account, string relyingPartyId)
    {
        var passkeys = user.Passkeys ?? [];
        if (passkeys.Count > Passkey.Most) return $"A user can have at most {Passkey.Most} passkeys.";
        if (passkeys.Any(passkey => passkey?.CredentialId is null || passkey.PublicKey is null))
            return "A passkey must be an object with a credential_id and a public_key.";
        // A login with a passkey alone finds the account by what the authenticator has stored: there it cannot be changed.
        if (passkeys.Count > 0 && user.Id is null) return "A user with passkeys must have the id that the passkeys have as their user handle.";
        return passkeys.Select(passkey => Fault(passkey, account, relyingPartyId)).FirstOrDefault(fault => fault is not null)
            ?? (passkeys.DistinctBy(passkey => Convert.ToHexString(Bytes(passkey.CredentialId)!)).Count() < passkeys.Count
                ? "The user has the same passkey twice."
                : null);
    }

    static string? Fault(PortablePasskey passkey, Account account, string relyingPartyId)
    {
        if (Bytes(passkey.CredentialId) is not { Length: > 0 and <= Passkey.MaxCredentialId })
            return $"The credential_id of a passkey must be base64url of 1 to {Passkey.MaxCredentialId} bytes.";
        if (Bytes(passkey.PublicKey) is not { } key || CoseKey.Canonical(key) is null)
            return "The public_key of a passkey must be base64url of a COSE key for ES256 or RS256. Other algorithms are not verified.";
        if (passkey.SignCount is < 0 or > uint.MaxValue) return "The sign_count of a passkey must be a number of 32 bits.";
        if (passkey is { Synced: null } or { BackedUp: null })
            return "A passkey must say whether it is synced and backed_up: without that, its login would be refused.";
        if (passkey.RpId is { } rpId && rpId != relyingPartyId)
            return $"The passkey was made for another domain than '{relyingPartyId}', and no browser would offer it. See Passkeys:RelyingPartyId.";
        if (passkey.UserHandle is { } handle && Bytes(handle)?.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(account.Id.ToString())) != true)
            return "The user_handle of a passkey must be the id of the account, in lower case: otherwise a login with it would not find the account.";
        return PasskeyName.IsValid(passkey.Name) ? null : PasskeyName.Rule;
    }

    TotpApp Seal(PortableTotp app, TotpSecrets secrets)
    {
        var created = Stored(app.CreatedAt) ?? _account.CreatedAt;
        var id = Guid.CreateVersion7(created);
        return new TotpApp
        {
            Id = id,
            AccountId = _account.Id,
            Name = app.Name,
            Sealed = secrets.Seal(Base32.Decode(app.Secret)!, _account.Id, id),
            CreatedAt = created,
            LastUsedAt = Stored(app.LastUsedAt),
        };
    }

    Passkey PasskeyOf(PortablePasskey passkey)
    {
        var created = Stored(passkey.CreatedAt) ?? _account.CreatedAt;
        return new Passkey
        {
            Id = Guid.CreateVersion7(created),
            AccountId = _account.Id,
            CredentialId = Bytes(passkey.CredentialId)!,
            PublicKey = CoseKey.Canonical(Bytes(passkey.PublicKey)!)!,
            SignCount = passkey.SignCount,
            IsSynced = passkey.Synced == true,
            IsBackedUp = passkey.BackedUp == true,
            IsSecondFactor = passkey.SecondFactor == true,
            Transports = CreatedCredential.Kept(passkey.Transports ?? []),
            Aaguid = passkey.Aaguid ?? Guid.Empty,
            Name = passkey.Name,
            CreatedAt = created,
            LastUsedAt = Stored(passkey.LastUsedAt),
        };
    }

    static DateTimeOffset? Stored(DateTimeOffset? time) => time is { } known ? ImportedAccount.Stored(known) : null;

    /// <summary>Of base64url, or of base64 as other systems write it. Null if it is neither.</summary>
    static byte[]? Bytes(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text.Replace('+', '-').Replace('/', '_'));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

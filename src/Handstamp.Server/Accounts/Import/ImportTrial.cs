using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Handstamp.Server.Accounts.Import;

/// <summary>What a trial would have added until now: a trial adds nothing, so the database does not show what an earlier user has taken.</summary>
sealed class ImportTrial
{
    readonly HashSet<Guid> _ids = [];

    // Hashes: the names of a million users would take more memory.
    readonly HashSet<UInt128> _names = [];
    readonly HashSet<UInt128> _passkeys = [];

    /// <summary>What becomes of the account, which the database lets in, beside the earlier ones.</summary>
    public ImportOutcome Add(ImportedAccount imported)
    {
        UInt128[] names = [.. imported.Account.Identifiers.Select(name => Hash($"{name.Kind} {name.Canonical}"))];
        UInt128[] passkeys = [.. imported.Factors?.Passkeys.Select(passkey => Hash(Convert.ToHexString(passkey.CredentialId))) ?? []];
        if (_ids.Contains(imported.Account.Id)) return new ImportOutcome.AlreadyThere();
        if (names.Any(_names.Contains)) return new ImportOutcome.Refused("email_taken", "An earlier user has this e-mail address or username.");
        if (passkeys.Any(_passkeys.Contains)) return new ImportOutcome.Refused("passkey_taken", "An earlier user has one of these passkeys.");
        _ids.Add(imported.Account.Id);
        _names.UnionWith(names);
        _passkeys.UnionWith(passkeys);
        return new ImportOutcome.Added();
    }

    static UInt128 Hash(string name) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}

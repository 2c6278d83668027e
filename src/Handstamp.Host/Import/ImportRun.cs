using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Audit;

namespace Handstamp.Host.Import;

/// <summary>Adds the users of a file, a batch at a time, and reports in the order of the file.</summary>
sealed class ImportRun(ImportOperations operations, ImportReport report)
{
    readonly List<(long Number, PortableUser? User, string? Fault)> _batch = new(ImportOperations.BatchSize);

    // Hashes: the names of a million users would take more memory.
    readonly HashSet<UInt128> _seen = [];

    /// <summary>Adds nothing.</summary>
    public bool IsTrial { get; init; }

    /// <summary>Wraps fast hashes in Argon2id.</summary>
    public bool Wrap { get; init; }

    /// <summary>The former system checks the passwords of users without a hash.</summary>
    public bool FormerPasswords { get; init; }

    public long Refused => report.Refused;

    public async Task RunAsync(UserFile file, Origin by, CancellationToken cancel)
    {
        report.Begin();
        try
        {
            await foreach (var row in file.ReadAsync(cancel))
            {
                _batch.Add(row);
                if (_batch.Count < ImportOperations.BatchSize) continue;
                await AddAsync(by);
                report.ShowProgress(file.Share);
            }
            await AddAsync(by);
        }
        finally
        {
            report.End();
        }
    }

    async Task AddAsync(Origin by)
    {
        PortableUser[] users = [.. _batch.Select(row => row.User).OfType<PortableUser>()];
        if (FormerPasswords)
            foreach (var user in users) user.PasswordHash ??= Account.FormerPassword;
        var outcomes = IsTrial ? await operations.TryAsync(users) : await operations.AddAsync(users, Wrap, by);
        var next = 0;
        foreach (var (number, user, fault) in _batch)
            report.Add(number, user, user is null ? new ImportOutcome.Refused("invalid_line", fault!) : Seen(user, outcomes[next++]));
        _batch.Clear();
    }

    /// <summary>A dry run adds nothing, so the database does not show what an earlier line has taken.</summary>
    ImportOutcome Seen(PortableUser user, ImportOutcome outcome)
    {
        if (!IsTrial || outcome is not ImportOutcome.Added) return outcome;
        UInt128[] ids = [.. user.Id is { } id ? [Hash($"id {id}")] : Array.Empty<UInt128>()];
        UInt128[] names = [.. NamesOf(user).Select(Hash)];
        // Base64 and base64url of the same bytes.
        UInt128[] passkeys = [.. (user.Passkeys ?? []).Select(passkey => Hash($"passkey {passkey.CredentialId.Replace('+', '-').Replace('/', '_').TrimEnd('=')}"))];
        if (ids.Any(_seen.Contains)) return new ImportOutcome.AlreadyThere();
        if (names.Any(_seen.Contains)) return new ImportOutcome.Refused("email_taken", "An earlier line has this e-mail address or username.");
        if (passkeys.Any(_seen.Contains)) return new ImportOutcome.Refused("passkey_taken", "An earlier line has one of these passkeys.");
        _seen.UnionWith([.. ids, .. names, .. passkeys]);
        return outcome;
    }

    static IEnumerable<string> NamesOf(PortableUser user) =>
    [
        .. user.Email is { } email ? [$"email {EmailAddress.Canonical(email)}"] : Array.Empty<string>(),
        .. (user.Emails ?? []).Select(one => $"email {EmailAddress.Canonical(one.Email)}"),
        .. user.Username is { } name ? [$"username {Username.Canonical(name)}"] : Array.Empty<string>(),
    ];

    static UInt128 Hash(string name) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}

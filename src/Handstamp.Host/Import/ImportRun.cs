using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Audit;

namespace Handstamp.Host.Import;

/// <summary>Adds the users of a file, a batch at a time, and reports in the order of the file.</summary>
sealed class ImportRun(ImportOperations operations, ImportReport report)
{
    readonly List<(long Number, PortableUser? User, string? Fault)> _batch = new(ImportOperations.BatchSize);
    readonly ImportTrial _trial = new();

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
        var outcomes = IsTrial ? await operations.TryAsync(users, _trial) : await operations.AddAsync(users, Wrap, by);
        var next = 0;
        foreach (var (number, user, fault) in _batch)
            report.Add(number, user, user is null ? new ImportOutcome.Refused("invalid_line", fault!) : outcomes[next++]);
        _batch.Clear();
    }
}

using Handstamp.Server.Accounts.Hashes;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Import;

/// <summary>
/// Brings accounts along from another system. An account that an earlier run has added is recognized, so a run that was killed
/// can be repeated.
/// </summary>
sealed class ImportOperations(
    IAccountStore accounts, IPasskeyStore passkeys, Argon2id argon2id, PasswordSeal seal, TotpSecrets secrets, KeyRingService keys,
    RelyingParty party, IOptions<AccountOptions> options, AuditTrail trail, TimeProvider clock)
{
    /// <summary>How many accounts one transaction adds. It holds other writes up only for a moment.</summary>
    public const int BatchSize = 500;

    /// <summary>
    /// Adds each that can be added. The outcomes are in the order of the users. With <paramref name="wrap"/>, fast hashes are
    /// wrapped in Argon2id, which takes its time for each.
    /// </summary>
    public Task<IReadOnlyList<ImportOutcome>> AddAsync(IReadOnlyList<PortableUser> users, bool wrap, Origin by) =>
        RunAsync(users, new Way(wrap, Trial: null, by));

    /// <summary>
    /// What <see cref="AddAsync"/> would answer, if the earlier users of the trial had been added. Adds nothing. Only a user without an id
    /// who comes again is refused, and not recognized.
    /// </summary>
    public Task<IReadOnlyList<ImportOutcome>> TryAsync(IReadOnlyList<PortableUser> users, ImportTrial trial) =>
        RunAsync(users, new Way(Wrap: false, trial, default));

    async Task<IReadOnlyList<ImportOutcome>> RunAsync(IReadOnlyList<PortableUser> users, Way way)
    {
        var now = clock.Now();
        var outcomes = new ImportOutcome[users.Count];
        var waiting = new List<(int Place, ImportedAccount Imported)>();
        var names = new HashSet<object>();
        for (var place = 0; place < users.Count; place++)
        {
            if (!ImportedAccount.TryCreate(users[place], party.Id, now, out var imported, out var refused))
            {
                outcomes[place] = refused;
                continue;
            }
            object[] own =
            [
                imported.Account.Id, .. imported.Account.Identifiers.Select(identifier => (identifier.Kind, identifier.Canonical)),
                .. imported.Factors?.Passkeys.Select(passkey => Convert.ToHexString(passkey.CredentialId)) ?? [],
            ];
            // One that shares a name with an earlier one has to see that it was added.
            if (own.Any(names.Contains)) await FlushAsync();
            names.UnionWith(own);
            waiting.Add((place, imported));
        }
        await FlushAsync();
        return outcomes;

        async Task FlushAsync()
        {
            var flushed = await AddDistinctAsync([.. waiting.Select(one => one.Imported)], way, now);
            for (var index = 0; index < waiting.Count; index++) outcomes[waiting[index].Place] = flushed[index];
            waiting.Clear();
            names.Clear();
        }
    }

    async Task<ImportOutcome[]> AddDistinctAsync(IReadOnlyList<ImportedAccount> imported, Way way, DateTimeOffset now)
    {
        while (true)
        {
            var holders = await accounts.FindHoldersAsync([.. imported.Select(one => one.Account)], CancellationToken.None);
            var found = new Holders(holders);
            ImportOutcome[] outcomes = [.. imported.Select(one => found.Of(one.Account) is { } holder ? one.Compare(holder) : new ImportOutcome.Added())];
            for (var index = 0; index < outcomes.Length; index++)
                if (outcomes[index] is ImportOutcome.Added && await IsPasskeyTakenAsync(imported[index]))
                    outcomes[index] = new ImportOutcome.Refused("passkey_taken", "Another account has one of these passkeys.");
            if (way.Trial is { } trial) return [.. outcomes.Select((outcome, index) => outcome is ImportOutcome.Added ? trial.Add(imported[index]) : outcome)];
            ImportedAccount[] free = [.. imported.Where((_, index) => outcomes[index] is ImportOutcome.Added)];
            if (free.Length == 0) return outcomes;
            Account[] stored = [.. free.Select(one => one.Account)];
            if (way.Wrap) Wrap(stored);
            // Without factors, no key is needed, and a command that adds users before the first start makes none.
            if (free.Any(one => one.Factors is not null)) await keys.OpenAsync(CancellationToken.None);
            NewAccount[] added =
            [
                .. free.Zip(stored, (one, account) => new NewAccount(
                    Sealed(account), Added(account, way.By, now), one.Factors?.Seal(secrets, keys.Ring.DataKey))),
            ];
            // Otherwise another caller has taken a name since it was looked for.
            if (await accounts.TryCreateAllAsync(added))
            {
                trail.Record([.. added.Select(one => one.Added)]);
                return outcomes;
            }
        }
    }

    async Task<bool> IsPasskeyTakenAsync(ImportedAccount imported)
    {
        foreach (var passkey in imported.Factors?.Passkeys ?? [])
            if (await passkeys.FindAsync(passkey.CredentialId, CancellationToken.None) is not null) return true;
        return false;
    }

    void Wrap(Account[] free) => Parallel.For(
        0, free.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Value.Hashing.Concurrency }, index =>
        {
            if (free[index].PasswordHash is { } hash && WrappedFormat.Wrap(hash, argon2id) is { } wrapped)
                free[index] = free[index] with { PasswordHash = wrapped };
        });

    Account Sealed(Account account) =>
        account.PasswordHash is { } hash ? account with { PasswordHash = seal.Close(hash, account.Id) } : account;

    static Event Added(Account account, Origin by, DateTimeOffset now) => by.Does(EventKind.AccountAdded, now) with
    {
        AccountId = account.Id,
        Outcome = "imported",
        Detail = AccountOperations.RolesOf(account.Claims),
    };

    /// <summary>How accounts are added.</summary>
    readonly record struct Way(bool Wrap, ImportTrial? Trial, Origin By);

    /// <summary>Accounts by their ids and their names.</summary>
    sealed class Holders(IReadOnlyList<Account> accounts)
    {
        readonly Dictionary<Guid, Account> _byId = accounts.ToDictionary(account => account.Id);

        readonly Dictionary<(IdentifierKind, string), Account> _byName = accounts
            .SelectMany(account => account.Identifiers.Select(identifier => ((identifier.Kind, identifier.Canonical), account)))
            .ToDictionary(pair => pair.Item1, pair => pair.account);

        public Account? Of(Account account) =>
            _byId.GetValueOrDefault(account.Id)
            ?? account.Identifiers.Select(identifier => _byName.GetValueOrDefault((identifier.Kind, identifier.Canonical))).FirstOrDefault(holder => holder is not null);
    }
}

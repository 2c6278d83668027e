using System.Net;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Former;
using Handstamp.Server.Accounts.Hashes;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Checks a name, which is an e-mail address or a username, with its password. An unknown name and a wrong password cost the same work and the same
/// delay, also for a disabled account and while other people log in. For an account that still has a cheaper hash, the missing
/// work is added. How long a hash of another kind takes is estimated, so such an account can differ a little until its first
/// successful login, and one with a more expensive hash differs by what that takes more. An account whose password only the former system can check
/// differs by the time of that, and by its outages.
/// </summary>
sealed class Credentials
{
    readonly IAccountStore _accounts;
    readonly IThrottleStore _throttles;
    readonly IPasswordHasher<Account> _hasher;
    readonly HashingQueue _queue;
    readonly TimeProvider _clock;
    readonly ILogger<Credentials> _log;
    readonly AccountThrottleOptions _rules;
    readonly bool _isVerificationRequired;
    readonly PendingRegistrations _pending;
    readonly KnownDevices _devices;
    readonly Argon2id _argon2id;
    readonly PasswordSeal _seal;
    readonly FormerPasswords _former;
    readonly Account _decoy;

    public Credentials(
        IAccountStore accounts, IThrottleStore throttles, IPasswordHasher<Account> hasher, HashingQueue queue,
        KnownDevices devices, Argon2id argon2id, PasswordSeal seal, FormerPasswords former, PendingRegistrations pending, IOptions<AccountOptions> options,
        TimeProvider clock, ILogger<Credentials> log)
    {
        (_pending, _isVerificationRequired) = (pending, options.Value.Verification == VerificationMode.Required);
        (_accounts, _throttles, _hasher, _queue) = (accounts, throttles, hasher, queue);
        (_clock, _log, _argon2id, _seal, _former, _devices) = (clock, log, argon2id, seal, former, devices);
        _rules = options.Value.Throttle;
        _decoy = MakeDecoy(argon2id.MakeDecoy());
    }

    /// <summary>
    /// The password of a name. <paramref name="devices"/> are the device tokens that come with it.
    /// </summary>
    public async Task<CredentialOutcome> CheckAsync(
        Identifier name, string password, IPAddress address, IReadOnlyList<string> devices, CancellationToken cancel)
    {
        if (name.Fault() is { } fault) return new CredentialOutcome.Malformed(fault, name.Member);
        var canonical = name.Canonical;
        var outcome = await CheckAsync(
            () => AttemptOf(canonical, address, _devices.FailuresOf(canonical, address, devices)),
            () => _accounts.FindAsync(name.Kind, canonical, CancellationToken.None),
            _isVerificationRequired && name.Kind == IdentifierKind.Email ? canonical : null, password, address, cancel);
        return _isVerificationRequired && outcome is CredentialOutcome.Accepted { Account: var account } && !IsVerified(account, name)
            ? new CredentialOutcome.NotVerified()
            : outcome;
    }

    /// <summary>
    /// The password of a known account, given by a person who is logged in. The attempt is counted under the account's first
    /// name.
    /// </summary>
    public Task<CredentialOutcome> CheckAsync(
        Account account, string password, IPAddress address, CancellationToken cancel) => CheckAsync(
        () => AttemptOf(account.Counted, address, _devices.FailuresOf(account.Counted, address)),
        () => _accounts.FindAsync(account.Id, CancellationToken.None), registered: null, password, address, cancel);

    /// <summary>
    /// The attempt is counted as <paramref name="count"/> says. <paramref name="registered"/> is the address whose registration may wait for its
    /// verification; null if none can.
    /// </summary>
    async Task<CredentialOutcome> CheckAsync(
        Func<Attempt> count, Func<Task<Account?>> find, string? registered, string password, IPAddress address, CancellationToken cancel)
    {
        if (password.Length > PasswordPolicy.MaxLength)
            return new CredentialOutcome.Malformed($"A password can have at most {PasswordPolicy.MaxLength} characters.");
        // Before anything is written: a flood must not reach the database.
        using var place = _queue.TryEnter(address.Site());
        if (place is null) return Busy;
        var attempt = count();
        if (await _throttles.TryTakeAsync([.. attempt.Failures, .. attempt.Logins], attempt.At) is { } wait)
            return ThrottleRule.IsForGood(wait) ? new CredentialOutcome.Locked() : new CredentialOutcome.Throttled(wait);

        // Even if nobody waits for the answer any more, what was counted is hashed or given back.
        var account = await find();
        var pending = registered is null ? null : await _pending.FindAsync(PendingRegistrations.IdOf(registered), CancellationToken.None);
        if (!await _seal.TryLearnAsync(account?.PasswordHash) || !await _seal.TryLearnAsync(pending?.PasswordHash)
            || await place.RunAsync(() => Verify(account, pending, password), cancel) is not { } verdict)
        {
            await _throttles.GiveBackAsync([.. attempt.Failures, .. attempt.Logins], attempt.At);
            return Busy;
        }
        // After the work that every caller costs, and only for an account that has no hash yet.
        if (!verdict.IsRight && account is { HasFormerPassword: true })
        {
            if (await _former.IsRightAsync(account, password) is not { } isRight)
            {
                await _throttles.GiveBackAsync([.. attempt.Failures, .. attempt.Logins], attempt.At);
                return new CredentialOutcome.NotKnown(FormerCalls.RetryAfter);
            }
            verdict = new Verdict(isRight, RenewedHash: null);
        }

        // One of the two counts was right, and the other is given back: the same work in both cases.
        await _throttles.GiveBackAsync(verdict.IsRight ? attempt.Failures : attempt.Logins, attempt.At);
        if (verdict.IsOfPending) return new CredentialOutcome.NotVerified();
        if (account is null || !verdict.IsRight) return new CredentialOutcome.Wrong();
        // A caller who does not know the password does not learn that the account is disabled.
        if (account.DisabledAt is not null) return new CredentialOutcome.Disabled();
        if (verdict.RenewedHash is { } renewed) await RenewAsync(account, renewed);
        if (account.HasFormerPassword) await TakeOverAsync(account, password, address);
        return new CredentialOutcome.Accepted(account);
    }

    Attempt AttemptOf(string subject, IPAddress address, IReadOnlyList<Throttle> failures) => new(
        failures,
        Logins: _rules.LoginsOf(subject, address),
        _clock.Now());

    // A username leads past no address that has to be proved.
    static bool IsVerified(Account account, Identifier name) =>
        (name.Kind != IdentifierKind.Email && account.Email is null)
        || account.Identifiers.Any(one => one.Kind == IdentifierKind.Email && one.VerifiedAt is not null
            && (name.Kind != IdentifierKind.Email || one.Canonical == name.Canonical));

    /// <summary>
    /// A registration that waits is compared as well, whether there is an account or not: its work does not show which. Only the
    /// right password of the account saves it.
    /// </summary>
    Verdict Verify(Account? account, PendingRegistration? pending, string password)
    {
        var verdict = Verify(account, password);
        return verdict.IsRight || pending is null
            || _hasher.VerifyHashedPassword(_decoy with { Id = pending.Row }, pending.PasswordHash, password) == PasswordVerificationResult.Failed
                ? verdict
                : new Verdict(IsRight: true, RenewedHash: null, IsOfPending: true);
    }

    /// <summary>
    /// The work of one verification at the configured cost, for every caller, and the hash that replaces an old one.
    /// </summary>
    Verdict Verify(Account? account, string password)
    {
        var subject = account is { PasswordHash: not null, HasFormerPassword: false } ? account : _decoy;
        var result = _hasher.VerifyHashedPassword(subject, subject.PasswordHash!, password);
        if (result == PasswordVerificationResult.Failed && _argon2id.MakeDecoyOfRest(WorkOf(subject)) is { } rest)
            _hasher.VerifyHashedPassword(_decoy, rest, password);
        return new Verdict(
            subject == account && result != PasswordVerificationResult.Failed,
            result == PasswordVerificationResult.SuccessRehashNeeded ? _hasher.HashPassword(subject, password) : null);
    }

    /// <summary>What a verification has cost. Without its key, a sealed hash has cost nothing.</summary>
    long WorkOf(Account account)
    {
        if (_seal.Open(account.PasswordHash!, account.Id) is { } hash) return HashFormats.Read(hash)?.Cost.Work ?? 0;
        _log.HashNotOpened(account.Id);
        return 0;
    }

    /// <summary>
    /// The password is the same, so no session ends. If it was changed meanwhile, the next login does this.
    /// </summary>
    async Task RenewAsync(Account account, string hash)
    {
        if (await _accounts.TryRehashAsync(account.Id, account.PasswordHash!, hash)) _log.HashRenewed(account.Id);
    }

    /// <summary>The former system is not asked again. If the queue has no room for a hash, the next login does this.</summary>
    async Task TakeOverAsync(Account account, string password, IPAddress address)
    {
        using var place = _queue.TryEnter(address.Site());
        if (place is not null && await place.RunAsync(() => _hasher.HashPassword(account, password), CancellationToken.None) is { } hash
            && await _accounts.TryRehashAsync(account.Id, Account.FormerPassword, hash))
            _log.PasswordCameAlong(account.Id);
    }

    static Account MakeDecoy(string hash) => new()
    {
        Id = Guid.Empty,
        Identifiers = [],
        PasswordHash = hash,
        SecurityStamp = "",
        CreatedAt = default,
    };

    static CredentialOutcome.Busy Busy => new(HashingQueue.RetryAfter);

    /// <summary>
    /// The keys under which an attempt counts until its outcome is known: as a failure and as a login.
    /// </summary>
    sealed record Attempt(IReadOnlyList<Throttle> Failures, IReadOnlyList<Throttle> Logins, DateTimeOffset At);

    sealed record Verdict(bool IsRight, string? RenewedHash, bool IsOfPending = false);
}

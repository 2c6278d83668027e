using System.Net;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Checks an e-mail address with its password. An unknown address, a wrong password and a disabled account cost the
/// same work and the same waiting. Only an account that still has a hash from elsewhere differs, by that hash's own
/// cost; its first good login ends it.
/// </summary>
sealed class Credentials
{
    readonly IAccountStore _accounts;
    readonly IThrottleStore _throttles;
    readonly IPasswordHasher<Account> _hasher;
    readonly HashingQueue _queue;
    readonly AccountNormalizer _normalizer;
    readonly TimeProvider _clock;
    readonly ILogger<Credentials> _log;
    readonly ThrottleRule _accountRule;
    readonly ThrottleRule _networkRule;
    readonly Account _decoy;

    public Credentials(
        IAccountStore accounts, IThrottleStore throttles, IPasswordHasher<Account> hasher, HashingQueue queue,
        AccountNormalizer normalizer, Argon2id argon2id, IOptions<AccountOptions> options, TimeProvider clock,
        ILogger<Credentials> log)
    {
        (_accounts, _throttles, _hasher, _queue) = (accounts, throttles, hasher, queue);
        (_normalizer, _clock, _log) = (normalizer, clock, log);
        (_accountRule, _networkRule) = (options.Value.Throttle.Account, options.Value.Throttle.Network);
        _decoy = MakeDecoy(argon2id.MakeDecoy());
    }

    public async Task<CredentialOutcome> CheckAsync(
        string email, string password, IPAddress address, CancellationToken cancel)
    {
        if (Fault(email, password) is { } fault) return new CredentialOutcome.Malformed(fault);
        // Before anything is written: a flood must not reach the database.
        if (_queue.Refuses()) return new CredentialOutcome.Busy(HashingQueue.RetryAfter);
        var now = _clock.Now();
        var normalizedEmail = _normalizer.NormalizeEmail(email)!;
        var attempt = new Attempt(ThrottleKeys.ForAccount(normalizedEmail), ThrottleKeys.ForNetwork(address), now);
        if (await TryTakeAsync(attempt) is { } wait) return new CredentialOutcome.Throttled(wait);

        var account = await _accounts.FindByEmailAsync(normalizedEmail, cancel);
        if (_queue.TryRun(() => Verify(account, password), cancel) is not { } hashing)
        {
            await Task.WhenAll(_throttles.GiveBackAsync(attempt.Account), _throttles.GiveBackAsync(attempt.Network));
            return new CredentialOutcome.Busy(HashingQueue.RetryAfter);
        }

        var (isRight, renewedHash) = await hashing;
        if (account is null || !isRight) return new CredentialOutcome.Wrong();
        await Task.WhenAll(_throttles.ForgetAsync(attempt.Account), _throttles.GiveBackAsync(attempt.Network));
        // Who does not know the password does not learn that the account is disabled.
        if (account.DisabledAt is not null) return new CredentialOutcome.Disabled();
        if (renewedHash is not null) await RenewAsync(account, renewedHash);
        return new CredentialOutcome.Accepted(account);
    }

    static string? Fault(string email, string password) =>
        password.Length > PasswordPolicy.MaxLength
            ? $"A password has at most {PasswordPolicy.MaxLength} characters."
            : EmailAddress.Fault(email);

    /// <summary>Counts the attempt under both keys, or under none: then the longer of the two waits.</summary>
    async Task<TimeSpan?> TryTakeAsync(Attempt attempt)
    {
        var account = _throttles.TryTakeAsync(attempt.Account, _accountRule, attempt.At);
        var network = _throttles.TryTakeAsync(attempt.Network, _networkRule, attempt.At);
        switch (await account, await network)
        {
            case (null, null): return null;
            case ({ } wait, null):
                await _throttles.GiveBackAsync(attempt.Network);
                return wait;
            case (null, { } wait):
                await _throttles.GiveBackAsync(attempt.Account);
                return wait;
            case ({ } first, { } second): return first > second ? first : second;
        }
    }

    /// <summary>Exactly one verification, whoever it is for; and the hash to replace an old one with.</summary>
    (bool IsRight, string? RenewedHash) Verify(Account? account, string password)
    {
        var subject = account is { PasswordHash: not null } ? account : _decoy;
        var result = _hasher.VerifyHashedPassword(subject, subject.PasswordHash!, password);
        return (subject == account && result != PasswordVerificationResult.Failed,
            result == PasswordVerificationResult.SuccessRehashNeeded ? _hasher.HashPassword(subject, password) : null);
    }

    /// <summary>The password is the same, so no session ends. Changed meanwhile: the next time.</summary>
    async Task RenewAsync(Account account, string hash)
    {
        account.PasswordHash = hash;
        if (await _accounts.TryUpdateAsync(account, account.Restamp(), ending: null) == AccountUpdate.Done)
            _log.HashRenewed(account.Id);
    }

    static Account MakeDecoy(string hash) => new()
    {
        Id = Guid.Empty,
        Email = "",
        NormalizedEmail = "",
        PasswordHash = hash,
        SecurityStamp = "",
        ConcurrencyStamp = "",
        CreatedAt = default,
    };

    readonly record struct Attempt(ThrottleKey Account, ThrottleKey Network, DateTimeOffset At);
}

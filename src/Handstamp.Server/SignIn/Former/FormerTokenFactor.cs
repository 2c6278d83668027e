using System.Text.RegularExpressions;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Former;
using Handstamp.Server.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SessionOptions = Handstamp.Server.Sessions.SessionOptions;

namespace Handstamp.Server.SignIn.Former;

/// <summary>
/// A refresh token of the former system. It is a first factor: what the account needs here it needs after it, unless the former
/// system says that it has asked for two factors.
/// </summary>
sealed partial class FormerTokenFactor(
    FormerSessions former, IAccountStore accounts, IThrottleStore throttles, RefusedAttempts refused, IOptions<AccountOptions> options,
    IOptions<SessionOptions> sessions, TimeProvider clock, ILogger<FormerTokenFactor> log) : IFactor
{
    public const string FactorName = "former";

    const int MostMethods = 10;

    public string Name => FactorName;

    // As for a login at another service: how the person has logged in there is not known.
    public IReadOnlyList<string> Methods { get; } = ["ext"];

    public ValueTask<bool> IsSecondOfAsync(Guid accountId, CancellationToken cancel) => ValueTask.FromResult(false);

    public async Task<FactorOutcome> VerifyAsync(FactorAnswer answer, SignInAttempt? attempt, CancellationToken cancel)
    {
        if (attempt is not null) return new FactorOutcome.Refused(Problems.FormerTokenInvalid);
        var now = clock.Now();
        var (account, session, refusal) = await FindAsync(answer, now);
        if (refusal is null) return RightOf(account!, session!, now);
        refused.NoteStep(refusal, account?.Id, answer.By, now);
        return new FactorOutcome.Refused(refusal);
    }

    async Task<Found> FindAsync(FactorAnswer answer, DateTimeOffset now)
    {
        var rules = options.Value.Throttle;
        var address = answer.By.Address!;
        Throttle[] attempts = [new(ThrottleKeys.ForFormerTokensOf(address), rules.Network)];
        if (await throttles.TryTakeAsync(attempts, now) is { } wait) return Found.Refused(new Refusal(Problems.TooManyRequests, RetryAfter: wait));

        var (session, isKnown) = await former.FindAsync(answer.Value);
        if (!isKnown)
        {
            await throttles.GiveBackAsync(attempts, now);
            return Found.Refused(new Refusal(Problems.FormerSystemUnavailable, RetryAfter: FormerCalls.RetryAfter));
        }
        if (session is null) return Found.Refused(Problems.FormerTokenInvalid);
        await throttles.GiveBackAsync(attempts, now);
        if (await AccountOfAsync(session) is not { } account)
        {
            log.NoSuchAccount();
            return Found.Refused(Problems.FormerTokenInvalid);
        }
        if (account.DisabledAt is not null) return Found.Refused(Problems.AccountDisabled, account);
        if (options.Value.Verification == VerificationMode.Required && !IsVerified(account)) return Found.Refused(Problems.EmailNotVerified, account);
        return await throttles.TryTakeAsync(rules.LoginsOf(account.Counted, address), now) is { } pace
            ? Found.Refused(new Refusal(Problems.TooManyRequests, RetryAfter: pace), account)
            : new Found(account, session, null);
    }

    async Task<Account?> AccountOfAsync(FormerSession session) =>
        session.AccountId is { } id ? await accounts.FindAsync(id, CancellationToken.None)
        : session.Email is { } email ? await accounts.FindAsync(IdentifierKind.Email, Identifier.OfEmail(email).Canonical, CancellationToken.None)
        : session.Username is { } name ? await accounts.FindAsync(IdentifierKind.Username, Identifier.OfUsername(name).Canonical, CancellationToken.None)
        : null;

    // As for a login with the password: the former system may never have asked for a proof.
    static bool IsVerified(Account account) =>
        account.Email is null || account.Identifiers.Any(one => one is { Kind: IdentifierKind.Email, VerifiedAt: not null });

    FactorOutcome.Right RightOf(Account account, FormerSession session, DateTimeOffset now)
    {
        string[] methods = [.. session.AuthenticationMethods.Where(method => Method().IsMatch(method)).Distinct().Take(MostMethods)];
        return new(account.Id, account.SecurityStamp)
        {
            Methods = methods.Length == 0 ? null : methods,
            IsEnough = FactorMethods.AreEnough(methods),
            At = AuthenticatedAt(session.AuthenticatedAt, now),
        };
    }

    /// <summary>Never recent: the token may have been copied long after its owner has logged in. Not known is as long ago as can be.</summary>
    DateTimeOffset AuthenticatedAt(DateTimeOffset? there, DateTimeOffset now)
    {
        var latest = now - sessions.Value.RecentLogin - TimeSpan.FromSeconds(1);
        return there is not { } known ? DateTimeOffset.UnixEpoch : known < latest ? known : latest;
    }

    [GeneratedRegex(@"^[a-z0-9_-]{1,16}\z")]
    private static partial Regex Method();

    readonly record struct Found(Account? Account, FormerSession? Session, Refusal? Refusal)
    {
        public static Found Refused(Refusal refusal, Account? account = null) => new(account, null, refusal);
    }
}

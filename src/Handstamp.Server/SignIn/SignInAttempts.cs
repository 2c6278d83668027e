using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Dpop;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server.SignIn;

/// <summary>
/// Signing in, step by step, without its transport: each step verifies one factor, and the last one ends in a grant. A
/// half-finished sign-in is a single-use secret, so it survives a restart and continues at any node.
/// </summary>
sealed class SignInAttempts(
    IEnumerable<IFactor> factors, SecondFactorRule rule, SingleUseSecrets secrets, IAccountStore accounts, ISessionStore sessions,
    RefusedAttempts refused, TimeProvider clock, ILogger<SignInAttempts> log)
{
    /// <summary>From the first factor to the last.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    public static readonly SecretPurpose Purpose = new("sign-in", Tries: 5, Most: 10);

    // Nobody learns whether there was such a ticket, or what happened to it.
    static readonly SignInOutcome Over = new SignInOutcome.Refused(new Refusal(Problems.MfaTokenInvalid));

    // In a person's session, somebody else has authenticated.
    static readonly Refusal Stranger = new(Problems.InvalidCredentials);

    static readonly SignInOutcome NotDue = new SignInOutcome.Refused(
        new Refusal(Problems.InvalidRequest, "This factor is not required now."));

    static readonly SignInOutcome TooLong = new SignInOutcome.Refused(
        new Refusal(Problems.InvalidRequest, "The request that this sign-in is for is too large."));

    /// <summary>
    /// Begins with a factor that says who the person is. Until it was right, nothing is stored, and nothing is
    /// revealed.
    /// </summary>
    public async Task<SignInOutcome> BeginAsync(SignInRequest request, FactorAnswer answer, CancellationToken cancel)
    {
        if (FactorNamed(answer.Factor) is not { } factor) return NotDue;
        var outcome = await factor.VerifyAsync(answer, attempt: null, cancel);
        if (outcome is not FactorOutcome.Right right)
            return new SignInOutcome.Refused(((FactorOutcome.Refused)outcome).Refusal);
        var now = clock.Now();
        if (request.In is { AccountId: var owner } && owner != right.AccountId)
        {
            refused.NoteStep(Stranger, owner, answer.By, now);
            return new SignInOutcome.Refused(Stranger);
        }
        var given = Given(factor, right, right.IsEnough, now);
        return await GoOnAsync(new SignInAttempt(right.AccountId, right.SecurityStamp, request, [given], now + Life), cancel);
    }

    /// <summary>
    /// Begins with the factors of the person who is logged in in this browser; any other required factor has to be
    /// given.
    /// </summary>
    public async Task<SignInOutcome> BeginAsync(SignInRequest request, Session browser, CancellationToken cancel)
    {
        // The stamp is read first, and only then whether the session is alive: a new password in between has ended the
        // session.
        var account = await accounts.FindAsync(browser.AccountId, cancel);
        var reading = await sessions.FindAsync(browser.Id, cancel);
        var now = clock.Now();
        if (account is null || reading is null) return new SignInOutcome.Refused(new Refusal(Problems.SessionRevoked));
        if (SessionState.Refusal(reading, now, TimeSpan.Zero) is { } refusal) return new SignInOutcome.Refused(refusal);
        var methods = browser.AuthenticationMethods.Split(' ');
        var given = new GivenFactor(GivenFactor.Browser, methods, browser.AuthenticatedAt, FactorMethods.AreEnough(methods));
        return await GoOnAsync(new SignInAttempt(account.Id, account.SecurityStamp, request, [given], now + Life), cancel);
    }

    /// <summary>
    /// Continues with the next factor. An answer costs a try before it is checked. A right one spends the ticket, and
    /// only one of several at the same time does.
    /// Refusals are recorded in the audit trail.
    /// </summary>
    public async Task<SignInOutcome> ContinueAsync(SignInStep step, CancellationToken cancel)
    {
        var ticket = await secrets.TryAsync(Purpose, step.Ticket);
        var outcome = ticket is null ? Over : await ContinueAsync(ticket, step, cancel);
        if (outcome is SignInOutcome.Refused { Refusal: var refusal })
            refused.NoteStep(refusal, ticket?.Content.Subject, step.Answer.By, clock.Now());
        return outcome;
    }

    /// <summary>The sign-in of a ticket, for what its next factor needs to know. It costs no try. Null if it is over.</summary>
    public async Task<SignInAttempt?> FindAsync(string ticket) =>
        await secrets.FindAsync(Purpose, ticket) is { } content ? Read(content) : null;

    /// <summary>
    /// The account of a sign-in that has to add a second factor. Costs a try. Null if the ticket is for no such sign-in.
    /// </summary>
    public async Task<Guid?> FindEnrolmentAsync(SignInStep step, CancellationToken cancel) =>
        await secrets.TryAsync(Purpose, step.Ticket) is { } ticket
        && Read(ticket.Content) is { } attempt
        && IsHere(attempt.Request, step)
        && await IsAsItBeganAsync(attempt, cancel)
        && await DueAsync(attempt, cancel) is { IsEnrolment: true }
            ? attempt.AccountId
            : null;

    async Task<SignInOutcome> ContinueAsync(TriedSecret ticket, SignInStep step, CancellationToken cancel)
    {
        if (Read(ticket.Content) is not { } attempt || !IsHere(attempt.Request, step)) return Over;
        if (ProofGate.Mismatch(attempt.Request.KeyThumbprint, step.KeyThumbprint) is { } mismatch)
            return new SignInOutcome.Refused(new Refusal(mismatch));
        if (!await IsAsItBeganAsync(attempt, cancel)) return Over;
        if ((await DueAsync(attempt, cancel)).Factors.FirstOrDefault(due => due.Name == step.Answer.Factor) is not { } factor) return NotDue;

        var outcome = await factor.VerifyAsync(step.Answer, attempt, cancel);
        if (outcome is FactorOutcome.Refused { Refusal: var refusal })
        {
            log.NotRight(attempt.AccountId, factor.Name);
            return new SignInOutcome.Refused(refusal);
        }
        // The stamp is still that of the first factor: later changes were not there when that factor was verified.
        if (outcome is not FactorOutcome.Right right || right.AccountId != attempt.AccountId || !await secrets.TakeAsync(ticket)) return Over;
        var given = Given(factor, right, isEnough: true, clock.Now());
        // What shows nothing about the person must not count as a second factor, nor as a time of authentication.
        return await GoOnAsync(given.Methods.Count == 0 ? attempt : attempt with { Given = [.. attempt.Given, given] }, cancel);
    }

    async Task<SignInOutcome> GoOnAsync(SignInAttempt attempt, CancellationToken cancel)
    {
        var due = await DueAsync(attempt, cancel);
        if (due.Factors.Count == 0) return new SignInOutcome.Granted(GrantOf(attempt));

        var payload = JsonSerializer.SerializeToUtf8Bytes(attempt, SignInAttemptJson.Default.SignInAttempt);
        if (payload.Length > SecretContent.MaxPayload) return TooLong;
        var ticket = await secrets.MakeAsync(Purpose, new SecretContent(attempt.AccountId, payload, attempt.ExpiresAt));
        string[] names = [.. due.Factors.Select(factor => factor.Name)];
        log.MoreIsDue(attempt.AccountId, string.Join(", ", names));
        return new SignInOutcome.Due(ticket, names) { IsEnrolment = due.IsEnrolment, DeleteAt = due.DeleteAt };
    }

    /// <summary>What is still due: factors, and after them that the person keeps an account that is to be deleted.</summary>
    async Task<DueFactors> DueAsync(SignInAttempt attempt, CancellationToken cancel)
    {
        var due = await FactorsDueAsync(attempt, cancel);
        return due.Factors.Count == 0 && await accounts.FindAsync(attempt.AccountId, cancel) is { DeleteAt: { } deleteAt }
            ? new DueFactors([FactorNamed(RestoreFactor.FactorName)!]) { DeleteAt = deleteAt }
            : due;
    }

    /// <summary>
    /// The second factors of the account, any one of which has to be given; or the one that it has to add; or none, if what was
    /// given is enough.
    /// </summary>
    async Task<DueFactors> FactorsDueAsync(SignInAttempt attempt, CancellationToken cancel)
    {
        if (attempt.Given.Any(given => given.IsEnough)) return new DueFactors([]);
        var due = new List<IFactor>();
        foreach (var factor in factors)
            if (attempt.Given.All(given => given.Name != factor.Name) && await factor.IsSecondOfAsync(attempt.AccountId, cancel)) due.Add(factor);
        return due.Count == 0 && await rule.DemandsNowAsync(attempt.AccountId, cancel)
            ? new DueFactors([FactorNamed(SecondFactorKinds.Totp)!], IsEnrolment: true)
            : new DueFactors(due);
    }

    static SignInAttempt? Read(SecretContent content) => content.Read(SignInAttemptJson.Default.SignInAttempt);

    // Otherwise who knew the former password could still add a factor.
    async Task<bool> IsAsItBeganAsync(SignInAttempt attempt, CancellationToken cancel) =>
        await accounts.FindAsync(attempt.AccountId, cancel) is { DisabledAt: null } account && account.SecurityStamp == attempt.SecurityStamp;

    IFactor? FactorNamed(string name) => factors.FirstOrDefault(factor => factor.Name == name);

    // What was issued only for the pages must not end in a body, nor one client's sign-in with another client. A
    // reauthentication ends only in its session, and a login in none that exists.
    static bool IsHere(SignInRequest request, SignInStep step) =>
        request.ClientId == step.ClientId
        && (request.Transport == SessionTransport.Page) == step.OnPages
        && (step.Transport is null || step.Transport == request.Transport)
        && request.In?.Id == step.SessionId;

    static GivenFactor Given(IFactor factor, FactorOutcome.Right right, bool isEnough, DateTimeOffset now) =>
        new(factor.Name, right.Methods ?? factor.Methods, right.At ?? now, isEnough);

    static Complete GrantOf(SignInAttempt attempt) => new()
    {
        AccountId = attempt.AccountId,
        SecurityStamp = attempt.SecurityStamp,
        AuthenticationMethods = FactorMethods.Of(attempt.Given),
        AuthenticatedAt = attempt.Given.Max(given => given.At),
        ClientId = attempt.Request.ClientId,
        Scope = attempt.Request.Scope,
        Audience = attempt.Request.Audience,
        Transport = attempt.Request.Transport,
        SessionId = attempt.Request.In?.Id,
        FormerToken = attempt.Request.FormerToken,
        KeyThumbprint = attempt.Request.KeyThumbprint,
        IsTemporary = attempt.Request.IsTemporary,
        DeviceName = attempt.Request.DeviceName,
    };

    sealed record DueFactors(IReadOnlyList<IFactor> Factors, bool IsEnrolment = false)
    {
        public DateTimeOffset? DeleteAt { get; init; }
    }

    /// <summary>Private: the steps above are the only way to a grant.</summary>
    sealed class Complete : Grant;
}

using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;

namespace Handstamp.Server.SignIn;

/// <summary>
/// A person who is logged in authenticates again: with what a login of the account needs, also with its throttles and its
/// audit trail. The session goes on, with the new time and methods.
/// </summary>
sealed class ReauthenticationOperations(SignInAttempts attempts, LoginOperations login, IAccountStore accounts)
{
    static readonly Refusal NotHere = new(Problems.SecondFactorRequired, "Log in again, which begins with adding one.");

    /// <summary>
    /// Begins with a factor that could also begin a login. <paramref name="devices"/> are the device tokens that come with it.
    /// </summary>
    public async Task<ReauthenticationOutcome> BeginAsync(
        Session session, string factor, string value, IReadOnlyList<string> devices, Origin by, CancellationToken cancel,
        string? ceremony = null)
    {
        if (await accounts.FindAsync(session.AccountId, cancel) is not { } account)
            return new ReauthenticationOutcome.Refused(Problems.SessionRevoked);
        var answer = new FactorAnswer
        {
            Factor = factor,
            // A name with which the account can log in: an address may have to be proved.
            Identifier = account.Identifiers.OrderBy(one => one.VerifiedAt is null).FirstOrDefault()?.Value,
            Value = value,
            Ceremony = ceremony,
            Devices = devices,
            By = by,
        };
        var request = new SignInRequest { Transport = session.Transport, In = new LiveSession(session.Id, session.AccountId) };
        return await FinishAsync(await attempts.BeginAsync(request, answer, cancel), by);
    }

    /// <summary>Goes on with the second factor.</summary>
    public async Task<ReauthenticationOutcome> ContinueAsync(
        Session session, string ticket, string factor, string value, Origin by, CancellationToken cancel, string? ceremony = null)
    {
        var step = new SignInStep
        {
            Ticket = ticket,
            Answer = new FactorAnswer { Factor = factor, Value = value, Ceremony = ceremony, By = by },
            SessionId = session.Id,
            OnPages = session.Transport == SessionTransport.Page,
        };
        return await FinishAsync(await attempts.ContinueAsync(step, cancel), by);
    }

    async Task<ReauthenticationOutcome> FinishAsync(SignInOutcome outcome, Origin by) => outcome switch
    {
        // A new factor is added to a login, and not to a session that may be somebody else's by now.
        SignInOutcome.Due { IsEnrolment: true } => new ReauthenticationOutcome.Refused(NotHere),
        SignInOutcome.Due due => new ReauthenticationOutcome.MoreIsDue(due),
        SignInOutcome.Refused { Refusal: var refusal } => new ReauthenticationOutcome.Refused(refusal),
        _ => await login.ReauthenticateAsync(((SignInOutcome.Granted)outcome).Grant, by) switch
        {
            LoginOutcome.Begun { Reading: var reading } => new ReauthenticationOutcome.Done(reading),
            var refused => new ReauthenticationOutcome.Refused(((LoginOutcome.Refused)refused).Refusal),
        },
    };
}

/// <summary>The state of a reauthentication after a step.</summary>
abstract record ReauthenticationOutcome
{
    ReauthenticationOutcome() { }

    /// <summary>The session, with its new time.</summary>
    public sealed record Done(SessionReading Reading) : ReauthenticationOutcome;

    public sealed record MoreIsDue(SignInOutcome.Due Due) : ReauthenticationOutcome;

    public sealed record Refused(Refusal Refusal) : ReauthenticationOutcome
    {
        public Refused(Problem problem) : this(new Refusal(problem)) { }
    }
}

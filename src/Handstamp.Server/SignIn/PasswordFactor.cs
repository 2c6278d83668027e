using System.Diagnostics;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;

namespace Handstamp.Server.SignIn;

/// <summary>An address and its password.</summary>
sealed class PasswordFactor(Credentials credentials, RefusedAttempts refused, Telemetry telemetry, TimeProvider clock) : IFactor
{
    public const string FactorName = "password";

    public string Name => FactorName;

    public IReadOnlyList<string> Methods { get; } = [SessionLogin.Password];

    // Who has begun without it need not give it.
    public ValueTask<bool> IsDueAsync(SignInAttempt attempt, CancellationToken cancel) => ValueTask.FromResult(false);

    public async Task<FactorOutcome> VerifyAsync(FactorAnswer answer, SignInAttempt? attempt, CancellationToken cancel)
    {
        using var activity = Telemetry.Activities.StartActivity("login");
        var outcome = await credentials.CheckAsync(answer.Identifier ?? "", answer.Value, answer.Address, cancel);
        activity?.SetTag("outcome", NameOf(outcome));
        if (outcome is CredentialOutcome.Malformed) telemetry.Logins.Add(1, Telemetry.Outcome(NameOf(outcome)));
        var by = new Origin(new Actor(ActorKind.Person), answer.Address);
        await refused.NoteAsync(outcome, answer.Identifier ?? "", EventKind.LoginRefused, EventKind.LoginThrottled, by, clock.Now());
        return outcome is CredentialOutcome.Accepted { Account: var account }
            ? new FactorOutcome.Right(account.Id, account.SecurityStamp)
            : new FactorOutcome.Refused(outcome.ToRefusal());
    }

    static string NameOf(CredentialOutcome outcome) => outcome switch
    {
        CredentialOutcome.Accepted => "accepted",
        CredentialOutcome.Wrong => "wrong",
        CredentialOutcome.Disabled => "disabled",
        CredentialOutcome.Throttled => "throttled",
        CredentialOutcome.Busy => "busy",
        CredentialOutcome.Malformed => "malformed",
        _ => throw new UnreachableException(),
    };
}

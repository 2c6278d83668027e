using System.Diagnostics;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Server.SignIn;

/// <summary>An address and its password.</summary>
sealed class PasswordFactor(Credentials credentials, Telemetry telemetry) : IFactor
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
        Count(outcome, activity);
        return outcome is CredentialOutcome.Accepted { Account: var account }
            ? new FactorOutcome.Right(account.Id, account.SecurityStamp)
            : new FactorOutcome.Refused(outcome.ToRefusal());
    }

    void Count(CredentialOutcome outcome, Activity? activity)
    {
        var name = outcome switch
        {
            CredentialOutcome.Accepted => "accepted",
            CredentialOutcome.Wrong => "wrong",
            CredentialOutcome.Disabled => "disabled",
            CredentialOutcome.Throttled => "throttled",
            CredentialOutcome.Busy => "busy",
            CredentialOutcome.Malformed => "malformed",
            _ => throw new UnreachableException(),
        };
        telemetry.Logins.Add(1, Telemetry.Outcome(name));
        activity?.SetTag("outcome", name);
    }
}

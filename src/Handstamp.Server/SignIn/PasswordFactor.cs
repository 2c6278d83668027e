using System.Diagnostics;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;

namespace Handstamp.Server.SignIn;

/// <summary>An e-mail address or a username, and its password.</summary>
sealed class PasswordFactor(
    Credentials credentials, RefusedAttempts refused, Telemetry telemetry, TimeProvider clock) : IFactor
{
    public const string FactorName = "password";

    public string Name => FactorName;

    public IReadOnlyList<string> Methods { get; } = [LoginOperations.Password];

    public ValueTask<bool> IsSecondOfAsync(Guid accountId, CancellationToken cancel) => ValueTask.FromResult(false);

    public async Task<FactorOutcome> VerifyAsync(FactorAnswer answer, SignInAttempt? attempt, CancellationToken cancel)
    {
        using var activity = Telemetry.Activities.StartActivity("login");
        var name = Identifier.Of(answer.Identifier ?? "");
        var outcome = await credentials.CheckAsync(name, answer.Value, answer.By.Address!, answer.Devices, cancel);
        activity?.SetTag("outcome", NameOf(outcome));
        // All other outcomes are counted as events.
        if (outcome is CredentialOutcome.Malformed) telemetry.Logins.Add(1, Telemetry.Outcome(NameOf(outcome)));
        await refused.NoteAsync(outcome, name, EventKind.LoginRefused, EventKind.LoginThrottled, answer.By, clock.Now());
        return outcome is CredentialOutcome.Accepted { Account: var account }
            ? new FactorOutcome.Right(account.Id, account.SecurityStamp)
            : new FactorOutcome.Refused(outcome.ToRefusal());
    }

    static string NameOf(CredentialOutcome outcome) => outcome switch
    {
        CredentialOutcome.Accepted => "accepted",
        CredentialOutcome.Wrong => "wrong",
        CredentialOutcome.NotVerified => "not_verified",
        CredentialOutcome.Disabled => "disabled",
        CredentialOutcome.Throttled => "throttled",
        CredentialOutcome.Locked => "locked",
        CredentialOutcome.Busy => "busy",
        CredentialOutcome.NotKnown => "not_known",
        CredentialOutcome.Malformed => "malformed",
        _ => throw new UnreachableException(),
    };
}

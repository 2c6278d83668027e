using System.CommandLine;
using System.Diagnostics;
using Handstamp.Server.Accounts;

namespace Handstamp.Host.Commands;

/// <summary>Accounts as an operator names them, and outcomes as an operator reads them.</summary>
static class Accounts
{
    public static readonly Argument<string> Who = new("ACCOUNT") { Description = "The e-mail address, or the id." };

    public static async Task<Account> FindAccountAsync(
        this OpenService service, string who, CancellationToken cancel) =>
        await service.Get<AccountOperations>().FindAsync(who, cancel)
        ?? throw new CommandFailedException($"There is no account {who}.");

    public static Account OrFail(this AccountOutcome outcome) =>
        outcome is AccountOutcome.Done done ? done.Account : throw new CommandFailedException(Explain(outcome));

    static string Explain(AccountOutcome outcome) => outcome switch
    {
        AccountOutcome.AddressTaken => "There is an account with this e-mail address.",
        AccountOutcome.Invalid invalid => invalid.Fault,
        AccountOutcome.WeakPassword weak => weak.Fault,
        AccountOutcome.Changed => "The account was changed at the same moment. Try again.",
        AccountOutcome.Busy => "Too many passwords are being hashed. Try again.",
        _ => throw new UnreachableException(),
    };
}

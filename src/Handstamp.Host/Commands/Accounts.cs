using System.CommandLine;
using System.Diagnostics;
using Handstamp.Server.Accounts;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Commands;

/// <summary>Accounts as an operator names them, and outcomes as an operator reads them.</summary>
static class Accounts
{
    public static readonly Argument<string> Who = new("ACCOUNT") { Description = "The account's e-mail address, username or id, or the first or last 8 digits of its id." };

    public static async Task<Account> FindAccountAsync(
        this OpenService service, string who, CancellationToken cancel) =>
        await service.Get<AccountOperations>().FindAsync(who, cancel)
        ?? (await service.FindIdAsync(IdKind.Account, who, cancel) is { } id ? await service.Get<AccountOperations>().FindAsync(id, cancel) : null)
        ?? throw CommandFailedException.NotFound($"No account {who} exists.");

    public static Account OrFail(this AccountOutcome outcome) =>
        outcome is AccountOutcome.Done done
        ? done.Account
        : throw new CommandFailedException(Explain(outcome)) { Code = outcome.ToRefusal().Problem.Code };

    static string Explain(AccountOutcome outcome) => outcome switch
    {
        AccountOutcome.UsernameTaken => "An account with this username already exists.",
        AccountOutcome.AddressTaken => "An account with this e-mail address already exists.",
        AccountOutcome.Invalid invalid => invalid.Fault,
        AccountOutcome.WeakPassword weak => weak.Fault.Text,
        AccountOutcome.Changed => "Another request changed the account at the same time. Try again.",
        AccountOutcome.Busy => "Too many passwords are being hashed right now. Try again.",
        _ => throw new UnreachableException(),
    };
}

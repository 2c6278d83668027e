using Handstamp.Server.Accounts;

namespace Handstamp.Host.Commands;

/// <summary>Accounts by what an operator writes, and outcomes as an operator reads them.</summary>
static class Accounts
{
    public static async Task<Account> FindAccountAsync(this OpenService service, string emailOrId, CancellationToken cancel) =>
        await service.Get<AccountOperations>().FindAsync(emailOrId, cancel)
        ?? throw new CommandFailedException($"There is no account {emailOrId}.");

    public static Account OrFail(this AccountOutcome outcome) => outcome switch
    {
        AccountOutcome.Done done => done.Account,
        AccountOutcome.AddressTaken => throw new CommandFailedException("There is an account with this e-mail address."),
        AccountOutcome.Invalid invalid => throw new CommandFailedException(invalid.Fault),
        AccountOutcome.WeakPassword weak => throw new CommandFailedException(weak.Fault),
        AccountOutcome.Changed => throw new CommandFailedException("The account was changed at the same moment. Try again."),
        AccountOutcome.Busy => throw new CommandFailedException("Too many passwords are being hashed. Try again."),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

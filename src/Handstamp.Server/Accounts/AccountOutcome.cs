namespace Handstamp.Server.Accounts;

/// <summary>What came of an operation on an account.</summary>
abstract record AccountOutcome
{
    AccountOutcome() { }

    /// <summary>It is stored; the account is as it now is.</summary>
    public sealed record Done(Account Account) : AccountOutcome;

    /// <summary>There is an account with this address.</summary>
    public sealed record AddressTaken : AccountOutcome;

    /// <summary>The address, a role or a claim is not one; the fault says why.</summary>
    public sealed record Invalid(string Fault) : AccountOutcome;

    /// <summary>The policy does not take the password; the fault says why.</summary>
    public sealed record WeakPassword(string Fault) : AccountOutcome;

    /// <summary>The account was changed or deleted at the same moment: read it and try again.</summary>
    public sealed record Changed : AccountOutcome;

    /// <summary>Too many registrations; this one was not looked at.</summary>
    public sealed record Throttled(TimeSpan Wait) : AccountOutcome;

    /// <summary>Too many passwords are being hashed.</summary>
    public sealed record Busy(TimeSpan RetryAfter) : AccountOutcome;
}

namespace Handstamp.Server.Accounts;

/// <summary>The result of an operation on an account.</summary>
abstract record AccountOutcome
{
    AccountOutcome() { }

    /// <summary>The change is stored; the account is in its new state.</summary>
    public sealed record Done(Account Account) : AccountOutcome;

    /// <summary>There is already an account with this address.</summary>
    public sealed record AddressTaken : AccountOutcome;

    /// <summary>There is already an account with this username.</summary>
    public sealed record UsernameTaken : AccountOutcome;

    /// <summary>The address, a role or a claim is invalid; the fault says why.</summary>
    public sealed record Invalid(string Fault, string? Field = null) : AccountOutcome;

    /// <summary>The policy refuses the password; the fault says why.</summary>
    public sealed record WeakPassword(PasswordFault Fault) : AccountOutcome;

    /// <summary>The account was changed or deleted at the same moment: read it again and retry.</summary>
    public sealed record Changed : AccountOutcome;

    /// <summary>Too many registrations; this one was not checked.</summary>
    public sealed record Throttled(TimeSpan Wait) : AccountOutcome;

    /// <summary>Too many passwords are being hashed.</summary>
    public sealed record Busy(TimeSpan RetryAfter) : AccountOutcome;
}

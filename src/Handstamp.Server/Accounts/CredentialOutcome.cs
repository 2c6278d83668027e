namespace Handstamp.Server.Accounts;

/// <summary>What came of checking an address with a password.</summary>
abstract record CredentialOutcome
{
    CredentialOutcome() { }

    public sealed record Accepted(Account Account) : CredentialOutcome;

    /// <summary>The password is wrong, or there is no such account: nobody learns which.</summary>
    public sealed record Wrong : CredentialOutcome;

    /// <summary>The password is right, the account disabled.</summary>
    public sealed record Disabled : CredentialOutcome;

    /// <summary>No account can have such an address or password; the fault says why. Nothing was counted.</summary>
    public sealed record Malformed(string Fault) : CredentialOutcome;

    /// <summary>Too many attempts; this one was not looked at.</summary>
    public sealed record Throttled(TimeSpan Wait) : CredentialOutcome;

    /// <summary>Too many hashes at once; the attempt does not count.</summary>
    public sealed record Busy(TimeSpan RetryAfter) : CredentialOutcome;
}

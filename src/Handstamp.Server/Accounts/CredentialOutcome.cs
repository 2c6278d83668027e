namespace Handstamp.Server.Accounts;

/// <summary>The result of checking an address with a password.</summary>
abstract record CredentialOutcome
{
    CredentialOutcome() { }

    public sealed record Accepted(Account Account) : CredentialOutcome;

    /// <summary>The password is wrong, or there is no such account: the caller does not learn which.</summary>
    public sealed record Wrong : CredentialOutcome;

    /// <summary>The password is right, but the account is disabled.</summary>
    public sealed record Disabled : CredentialOutcome;

    /// <summary>The password is right, but the address has to be verified first.</summary>
    public sealed record NotVerified : CredentialOutcome;

    /// <summary>The address or the password can never be valid; the fault says why. Nothing was counted.</summary>
    public sealed record Malformed(string Fault, string? Field = null) : CredentialOutcome;

    /// <summary>Too many attempts; this one was not checked.</summary>
    public sealed record Throttled(TimeSpan Wait) : CredentialOutcome;

    /// <summary>
    /// Too many failures on unknown devices; this one was not checked. Only a mail lets them in again.
    /// </summary>
    public sealed record Locked : CredentialOutcome;

    /// <summary>Too many hashes at once; the attempt does not count.</summary>
    public sealed record Busy(TimeSpan RetryAfter) : CredentialOutcome;

    /// <summary>Only the former system can check the password, and it cannot be asked now; the attempt does not count.</summary>
    public sealed record NotKnown(TimeSpan RetryAfter) : CredentialOutcome;
}

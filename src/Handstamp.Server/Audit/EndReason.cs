namespace Handstamp.Server.Audit;

/// <summary>What ended a session. The numbers are stored.</summary>
enum EndReason
{
    Logout = 1,
    LogoutEverywhere = 2,
    EndedByUser = 3,
    Reuse = 4,
    Exposed = 5,
    RolledBack = 6,
    PasswordChanged = 7,
    AccountDisabled = 8,
    AccountDeleted = 9,
    EndedByOperator = 10,
    KeyRevoked = 11,
    SharingSuspected = 12,

    /// <summary>Its holder has changed the password, and got another session in its place.</summary>
    Replaced = 13,

    /// <summary>The account had as many as it may have, and this one had idled longest.</summary>
    OverLimit = 14,
}

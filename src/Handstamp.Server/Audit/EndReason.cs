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

    /// <summary>Its owner changed the password, and got another session instead.</summary>
    Replaced = 13,

    /// <summary>The account had reached its limit, and this session had been idle longest.</summary>
    OverLimit = 14,

    /// <summary>A password, an address or a second factor of the user was changed in the app that has the users.</summary>
    CredentialsChanged = 15,
}

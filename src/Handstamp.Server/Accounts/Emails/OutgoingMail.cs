namespace Handstamp.Server.Accounts.Emails;

/// <summary>What a mail is for. The names are stored with mails that wait.</summary>
enum MailKind
{
    /// <summary>A link with which a forgotten password is replaced.</summary>
    PasswordReset,

    /// <summary>The password was changed, and a link for an owner who did not do it.</summary>
    PasswordChanged,

    /// <summary>A link and a code with which the owner of an account verifies its address.</summary>
    AddressVerification,

    /// <summary>Somebody has registered with an address that already has an account, or wants to change theirs to it.</summary>
    RegistrationExists,

    /// <summary>A code and a link with which the owner of the account logs in.</summary>
    LoginCode,

    /// <summary>To a new address: a link and a code with which it replaces the former one.</summary>
    AddressChangeConfirm,

    /// <summary>To the former address, with a link that takes the change back.</summary>
    AddressChanged,

    /// <summary>A login from a device that the account did not have before.</summary>
    NewDevice,

    /// <summary>A session was ended because a replaced refresh token was used again.</summary>
    SessionReused,

    /// <summary>The account can be used with another factor, such as an app or a passkey.</summary>
    FactorAdded,

    /// <summary>It no longer can.</summary>
    FactorRemoved,

    /// <summary>The account is to be deleted, with a link that takes it back.</summary>
    AccountDeletionRequested,

    /// <summary>To the owner of an address who may add an account, with the link that does it.</summary>
    Invitation,

    /// <summary>An operator looks whether mails arrive. It never waits.</summary>
    Test,
}

/// <summary>A mail to send. A class and not a record: its text must not show the link and the code.</summary>
sealed class OutgoingMail
{
    /// <summary>The same for every attempt to send it.</summary>
    public required Guid Id { get; init; }

    public required MailKind Kind { get; init; }

    /// <summary>The address, as its owner wrote it.</summary>
    public required string To { get; init; }

    /// <summary>The languages that the receiver reads, as in <c>Accept-Language</c>.</summary>
    public string? Languages { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What the button of the mail opens.</summary>
    public required string Link { get; init; }

    /// <summary>Until when the link can be used.</summary>
    public required DateTimeOffset LinkExpiresAt { get; init; }

    /// <summary>For a person who reads the mail on another device; null if the mail has none.</summary>
    public string? Code { get; init; }

    /// <summary>The IP address from which the request came, and its place if that is known; null for an operator's.</summary>
    public string? Address { get; init; }
}

/// <summary>Sends mails. Without one, the service sends none.</summary>
interface IMailSender
{
    /// <summary>
    /// Hands the mail to the mail server, and returns the server's answer. Throws <see cref="Outbox.DeliveryException"/> if the
    /// server did not accept it.
    /// </summary>
    Task<string> SendAsync(OutgoingMail mail, CancellationToken cancel);
}

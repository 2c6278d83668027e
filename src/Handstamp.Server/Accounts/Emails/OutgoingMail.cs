namespace Handstamp.Server.Accounts.Emails;

/// <summary>What a mail is for. The names are stored with mails that wait.</summary>
enum MailKind
{
    /// <summary>A link with which a forgotten password is replaced.</summary>
    PasswordReset,

    /// <summary>The password was changed, and a link for an owner who did not do it.</summary>
    PasswordChanged,
}

/// <summary>A mail to send. A class and not a record: its text must not show the link.</summary>
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

    /// <summary>Where the request came from; null for an operator's.</summary>
    public string? Address { get; init; }
}

/// <summary>Sends mails. Without one, the service sends none.</summary>
interface IMailSender
{
    /// <summary>
    /// Hands the mail to the mail server. Throws <see cref="Outbox.DeliveryException"/> if the server did not accept it.
    /// </summary>
    Task SendAsync(OutgoingMail mail, CancellationToken cancel);
}

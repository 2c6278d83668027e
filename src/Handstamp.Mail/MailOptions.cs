namespace Handstamp.Mail;

/// <summary>The section <c>Mail</c>.</summary>
sealed class MailOptions
{
    /// <summary>The settings that are times.</summary>
    public static readonly IReadOnlyList<string> Times = ["Timeout"];

    /// <summary>
    /// The mail server: <c>smtp://host:587</c>, which has to offer STARTTLS unless it is on this machine, or
    /// <c>smtps://host:465</c>, with TLS from the beginning (RFC 8314).
    /// </summary>
    public string? Server { get; set; }

    /// <summary>The user name at the mail server; null to send without authentication.</summary>
    public string? UserName { get; set; }

    /// <summary>The password at the mail server.</summary>
    public string? Password { get; set; }

    /// <summary>
    /// A directory into which mails are written instead, as files that mail programs open. For development.
    /// </summary>
    public string? Directory { get; set; }

    /// <summary>The sender: an address, or <c>Name &lt;address&gt;</c>. Required to send mails.</summary>
    public string? From { get; set; }

    /// <summary>A directory with files that replace texts of the mails.</summary>
    public string? Templates { get; set; }

    /// <summary>
    /// How long the mail server may take to accept the connection and the login: 10 s by default, 1 s to 30 s.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}

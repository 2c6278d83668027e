using System.Globalization;
using System.Net.Sockets;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Outbox;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;

namespace Handstamp.Mail;

/// <summary>
/// Hands mails to a mail server. What the server says is not passed on: it may contain the address or parts of the mail.
/// </summary>
sealed class SmtpMailSender(IOptions<MailOptions> options, MailComposer composer) : IMailSender
{
    // RFC 5321 §4.5.3.2.6
    static readonly TimeSpan Acceptance = TimeSpan.FromMinutes(10);

    public async Task<string> SendAsync(OutgoingMail mail, CancellationToken cancel)
    {
        if (!MailServer.TryParse(options.Value.Server!, out var server))
            throw new InvalidOperationException("The settings have not been validated.");
        using var message = composer.Compose(mail);
        using var client = new SmtpClient { Timeout = (int)options.Value.Timeout.TotalMilliseconds };
        // As everywhere in .NET: the check would need a service of the certificate's issuer for each mail.
        client.CheckCertificateRevocation = false;
        string answer;
        try
        {
            await client.ConnectAsync(server.Host, server.Port, server.Encryption, cancel);
            // Commands do without the password: they only let the service send.
            if (options.Value.UserName is { } user) await client.AuthenticateAsync(user, options.Value.Password ?? "", cancel);
            // A mail that is given up while the server accepts it would be sent again.
            client.Timeout = (int)Acceptance.TotalMilliseconds;
            answer = await client.SendAsync(message, cancel);
        }
        catch (Exception fault) when (Explain(fault) is { } failure)
        {
            throw failure;
        }
        await LeaveAsync(client, cancel);
        return answer;
    }

    // The mail has been accepted. Whatever happens now must not let it be sent again.
    static async Task LeaveAsync(SmtpClient client, CancellationToken cancel)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancel);
        }
        catch (Exception fault) when (fault is OperationCanceledException || Explain(fault) is not null)
        {
        }
    }

    // RFC 5321 §4.2.1: the same command fails again after 5yz, and may succeed after 4yz.
    static DeliveryException? Explain(Exception fault) => fault switch
    {
        SmtpCommandException refused => new DeliveryException(
            string.Create(CultureInfo.InvariantCulture, $"The mail server answered {(int)refused.StatusCode} ({refused.ErrorCode})."), refused)
        {
            IsPermanent = (int)refused.StatusCode >= 500
                && refused.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted,
        },
        ServiceNotAuthenticatedException =>
            new DeliveryException("The mail server requires a login. Set Mail:UserName and Mail:Password.", fault),
        AuthenticationException => new DeliveryException("The mail server refused the user or the password.", fault),
        SslHandshakeException => new DeliveryException("The connection to the mail server could not be encrypted.", fault),
        NotSupportedException => new DeliveryException("The mail server does not offer STARTTLS, a way to log in, or what the address needs.", fault),
        SocketException or IOException or TimeoutException or ProtocolException =>
            new DeliveryException("The mail server could not be reached, or ended the connection.", fault),
        _ => null,
    };
}

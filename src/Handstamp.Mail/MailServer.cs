using System.Diagnostics.CodeAnalysis;
using System.Net;
using MailKit.Security;

namespace Handstamp.Mail;

/// <summary>A mail server, and how the connection to it is encrypted.</summary>
sealed record MailServer(string Host, int Port, SecureSocketOptions Encryption)
{
    const int Submission = 587;
    const int SubmissionOverTls = 465;

    public static bool TryParse(string text, [NotNullWhen(true)] out MailServer? server)
    {
        server = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri is not { UserInfo: "", Query: "", Fragment: "" } || uri.Host.Length == 0
            || uri.AbsolutePath is not ("" or "/"))
            return false;
        server = uri.Scheme switch
        {
            "smtps" => new MailServer(uri.Host, PortOf(uri, SubmissionOverTls), SecureSocketOptions.SslOnConnect),
            // On this machine nobody else reads along, and such servers often have no certificate.
            "smtp" => new MailServer(uri.Host, PortOf(uri, Submission), IsHere(uri) ? SecureSocketOptions.StartTlsWhenAvailable : SecureSocketOptions.StartTls),
            _ => null,
        };
        return server is not null;
    }

    static int PortOf(Uri uri, int usual) => uri.Port > 0 ? uri.Port : usual;

    static bool IsHere(Uri uri) =>
        uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}

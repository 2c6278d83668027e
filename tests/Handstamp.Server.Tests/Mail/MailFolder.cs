using System.Text.RegularExpressions;
using Handstamp.TestBed;
using MimeKit;

namespace Handstamp.Server.Tests.Mail;

/// <summary>The directory into which the service writes its mails.</summary>
sealed class MailFolder : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("handstamp-test-");

    public string Path => _folder.FullName;

    public Dictionary<string, string?> Settings => new() { ["Mail:Directory"] = Path, ["Mail:From"] = "login@example.com" };

    /// <summary>The mails to this address, oldest first, as soon as there are this many.</summary>
    public async Task<IReadOnlyList<MimeMessage>> ReadAsync(string to, int count = 1)
    {
        IReadOnlyList<MimeMessage> mails = [];
        await Eventually.TrueAsync(
            () => (mails = [.. Read().Where(mail => mail.To.Mailboxes.Single().Address == to)]).Count >= count, $"{count} mails to {to} arrive");
        return mails;
    }

    public IReadOnlyList<MimeMessage> Read() =>
        [.. _folder.EnumerateFiles("*.eml").OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => MimeMessage.Load(file.FullName))];

    public void Dispose() => _folder.Delete(recursive: true);
}

static class MailTexts
{
    /// <summary>The secret in the link of the mail.</summary>
    public static string Token(this MimeMessage mail)
    {
        var text = mail.TextBody!;
        var start = text.IndexOf("hss_", StringComparison.Ordinal);
        return text[start..text.IndexOf('\n', start)].Trim();
    }

    /// <summary>The code of six digits in the mail.</summary>
    public static string Code(this MimeMessage mail) => Regex.Match(mail.TextBody!, @": (\d{6})\s").Groups[1].Value;
}

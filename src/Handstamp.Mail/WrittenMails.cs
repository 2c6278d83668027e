using MimeKit;

namespace Handstamp.Mail;

/// <summary>A mail that was written into the directory of <c>Mail:Directory</c>.</summary>
sealed record WrittenMail(string Subject, string To, DateTimeOffset At, string Text);

/// <summary>Reads what <see cref="DirectoryMailSender"/> has written.</summary>
static class WrittenMails
{
    /// <summary>The newest ones first. Their names begin with the time.</summary>
    public static IReadOnlyList<WrittenMail> Newest(string directory, int most) => Directory.Exists(directory)
        ? [.. Directory.EnumerateFiles(directory, "*.eml").OrderDescending(StringComparer.Ordinal).Take(most).Select(Read).OfType<WrittenMail>()]
        : [];

    /// <summary>Null for what is no mail, or is being deleted.</summary>
    static WrittenMail? Read(string path)
    {
        try
        {
            using var message = MimeMessage.Load(path);
            return new WrittenMail(message.Subject ?? "", message.To.ToString(), message.Date, message.TextBody ?? "");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }
}

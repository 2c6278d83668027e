using System.Globalization;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Outbox;
using Microsoft.Extensions.Options;

namespace Handstamp.Mail;

/// <summary>Writes mails into a directory, for development.</summary>
sealed class DirectoryMailSender(IOptions<MailOptions> options, MailComposer composer) : IMailSender
{
    public async Task<string> SendAsync(OutgoingMail mail, CancellationToken cancel)
    {
        var folder = options.Value.Directory!;
        var name = string.Create(CultureInfo.InvariantCulture, $"{mail.At:yyyyMMdd-HHmmss}-{mail.Id}.eml");
        try
        {
            // The links in them open accounts.
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var path = Path.Combine(folder, name);
            using var message = composer.Compose(mail);
            await using (var file = new FileStream(path + ".part", OnlyOwn())) await message.WriteToAsync(file, cancel);
            File.Move(path + ".part", path, overwrite: true);
            return path;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DeliveryException("The directory of Mail:Directory cannot be written.", fault);
        }
    }

    static FileStreamOptions OnlyOwn()
    {
        var own = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) own.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return own;
    }
}

using Microsoft.Extensions.Options;
using MimeKit;

namespace Handstamp.Mail;

sealed class MailOptionsValidator : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        string[] faults = [.. Faults(options)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    static IEnumerable<string> Faults(MailOptions options)
    {
        if (options is { Server: not null, Directory: not null })
            yield return "Mail:Server and Mail:Directory are both set. Mails go to one of them.";
        if (options.Server is { } server && !MailServer.TryParse(server, out _))
            yield return "Mail:Server has to be smtp://host:587 or smtps://host:465. The user and the password have settings of their "
                + "own: Mail:UserName and Mail:Password.";
        if (options is { UserName: null, Password: not null })
            yield return "Mail:Password is set, but Mail:UserName is not.";
        if ((options.Server ?? options.Directory) is not null && options.From is null)
            yield return "Mail:From is missing. It is the sender of the mails, such as Example <login@example.com>.";
        if (options.From is { } from && !IsSender(from))
            yield return $"Mail:From is '{from}'; it has to be an address, or a name and an address: Example <login@example.com>.";
        if (options.Templates is { } templates && !Directory.Exists(templates))
            yield return $"Mail:Templates is '{templates}', but this directory does not exist.";
        else if (options.Templates is not null)
            foreach (var fault in MailTemplates.Faults(options.Templates))
                yield return fault;
        if (options.Timeout < TimeSpan.FromSeconds(1) || options.Timeout > TimeSpan.FromSeconds(30))
            yield return $"Mail:Timeout is {options.Timeout}; it has to be from 00:00:01 to 00:00:30.";
    }

    static bool IsSender(string from) =>
        MailboxAddress.TryParse(from, out var parsed) && parsed.Address.IndexOf('@', StringComparison.Ordinal) > 0;
}

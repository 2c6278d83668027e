using System.CommandLine;
using System.Text.Json;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp mail …</c>: the mails that wait, and whether mails arrive.</summary>
static class MailCommands
{
    static readonly Argument<string> Id = ShortId.Argument("mail", "handstamp mail list");

    static readonly Argument<string> Address = new("ADDRESS") { Description = "Where the test mail goes." };

    static readonly Columns<ShownMail> Columns = new()
    {
        { "Id", mail => mail.Id },
        { "Mail", mail => mail.Kind ?? "" },
        { "Receiver", mail => mail.Receiver },
        { "Requested", mail => mail.CreatedAt.Show() },
        { "Attempts", mail => $"{mail.Attempts}" },
        { "Next attempt", mail => mail.DueAt.Show() },
        { "Given up", mail => mail.GivenUpAt.Show() },
        { "Last failure", mail => mail.Failure ?? "" },
    };

    public static Command Create() => new("mail", "See which mails wait, and test the mail server.")
    {
        GlobalOptions.Json,
        new Command("list", "List the mails that wait or were given up, and why.") { Lists.Search, Lists.Limit }.OnDatabase(ListAsync),
        new Command("retry", "Send a mail that was given up, once more.") { Id }.OnDatabase(RetryAsync),
        new Command("test", "Send a test mail now, and show what the mail server answers.") { Address }.OnDatabase(TestAsync),
    };

    static Task ListAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var mails = Paging.ReadAllAsync<WaitingMail>(
            (after, limit, cancel) => service.Get<MailOperations>().ListAsync(after?.Id, limit, cancel), cancel);
        return Lists.WriteAsync(parsed, mails.Select(ShownMail.Of), CommandJson.Readable.IReadOnlyListShownMail, Columns);
    }

    static async Task RetryAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var asked = parsed.GetRequiredValue(Id);
        if (await service.FindIdAsync(IdKind.Mail, asked, cancel) is not { } id
            || !await service.Get<MailOperations>().RetryAsync(id, Origin.Operator))
            throw CommandFailedException.NotFound($"No mail {asked} was given up. `handstamp mail list` shows them.");
        Answer.WriteDone(parsed, $"The service sends the mail {id} again.");
    }

    static async Task TestAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var address = parsed.GetRequiredValue(Address);
        try
        {
            var answer = await service.Get<MailOperations>().TestAsync(address, cancel);
            Answer.WriteDone(parsed, $"Sent to {address}. Answer: {answer}");
        }
        catch (DeliveryException fault)
        {
            // Only here: on a terminal the answer of the mail server helps, and shows nothing that its reader does not know.
            throw new CommandFailedException(
                fault.InnerException is { Message: var answer } ? $"{fault.Message} {answer}" : fault.Message, fault);
        }
    }
}

/// <summary>A mail that waits or was given up.</summary>
sealed record ShownMail(
    Guid Id, string? Kind, string Receiver, DateTimeOffset CreatedAt, int Attempts, DateTimeOffset? DueAt, DateTimeOffset? GivenUpAt,
    string? Failure)
{
    public static ShownMail Of(WaitingMail mail) => new(
        mail.Id, mail.Kind is { } kind ? JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()) : null, mail.Receiver,
        mail.CreatedAt, mail.Attempts, mail.DueAt, mail.GivenUpAt, mail.Failure);
}

using System.CommandLine;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp session …</c>: who is logged in where.</summary>
static class SessionCommands
{
    const int Most = 1000;

    static readonly Argument<Guid?> Id = new("ID")
    {
        Description = "The id of the session. `handstamp session list` shows it.",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = given =>
        {
            if (Guid.TryParseExact(given.Tokens[0].Value, "D", out var id)) return id;
            given.AddError($"'{given.Tokens[0].Value}' is not a session id. `handstamp session list` shows the ids.");
            return null;
        },
    };

    static readonly Option<string> All = new("--all")
    {
        Description = "End all sessions of this account instead.",
        HelpName = "ACCOUNT",
    };

    static readonly Columns<ShownSession> Columns = new()
    {
        { "Id", session => session.Id.ToString() },
        { "Device", session => session.DeviceName ?? session.UserAgent ?? "" },
        { "Address", session => session.Address ?? "" },
        { "Created", session => session.CreatedAt.Show() },
        { "Last used", session => session.LastUsedAt.Show() },
        { "Expires", session => session.ExpiresAt.Show() },
        { "Sharing signs", session => session.SharingSigns == 0 ? "" : $"{session.SharingSigns}" },
    };

    public static Command Create() => new("session", "List and end sessions.")
    {
        GlobalOptions.Json,
        new Command("list", "List the live sessions of an account.") { Accounts.Who }.OnDatabase(ListAsync),
        End(),
    };

    static Command End()
    {
        var command = new Command("end", "End a session. Its tokens stop working within a second.") { Id, All };
        command.Validators.Add(given =>
        {
            if (given.GetResult(Id) is { Tokens.Count: > 0 } == given.GetResult(All) is not null)
                given.AddError("Pass either a session id or --all ACCOUNT.");
        });
        return command.OnDatabase(EndAsync);
    }

    static async Task ListAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var account = await service.FindAccountAsync(parsed.GetRequiredValue(Accounts.Who), cancel);
        var sessions = await service.Get<SessionOperations>().ListAsync(account.Id, Most, cancel);
        ShownSession[] shown = [.. sessions.Select(ShownSession.Of)];
        Answer.WriteRows(parsed, shown, CommandJson.Readable.IReadOnlyListShownSession, Columns);
    }

    static async Task EndAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var count = parsed.GetValue(All) is { } who
            ? await EndAllAsync(service, who, cancel)
            : await EndOneAsync(service, parsed.GetValue(Id)!.Value);
        Answer.WriteDone(parsed, $"Ended {count} session{(count == 1 ? "" : "s")}.");
    }

    static async Task<int> EndAllAsync(OpenService service, string who, CancellationToken cancel)
    {
        var account = await service.FindAccountAsync(who, cancel);
        return await service.Get<SessionOperations>().EndAllAsync(account.Id, Ending(service));
    }

    static async Task<int> EndOneAsync(OpenService service, Guid id) =>
        await service.Get<SessionOperations>().EndAsync(id, Ending(service))
            ? 1
            : throw new CommandFailedException($"No live session {id} exists.");

    static SessionEnding Ending(OpenService service) => Origin.Operator.Ends(EndReason.EndedByOperator, service.Now);
}

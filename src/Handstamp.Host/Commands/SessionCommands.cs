using System.CommandLine;
using Handstamp.Pages;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp session …</c>: who is logged in where.</summary>
static class SessionCommands
{
    // The pages are in English or in the language of a visitor.
    static readonly Lazy<Texts> English = new(() => TextsJson.Read("en"));

    static readonly Argument<string> Id = ShortId.Argument("session", "handstamp session list");

    static readonly Option<string> All = new("--all")
    {
        Description = "End all sessions of this account instead.",
        HelpName = "ACCOUNT",
    };

    static readonly Columns<ShownSession> Columns = new()
    {
        { "Id", session => session.Id },
        { "Device", session => session.DeviceName ?? DeviceLine.Describe(session.UserAgent, English.Value) },
        { "Address", session => session.Address ?? "" },
        { "Created", session => session.CreatedAt.Show() },
        { "Last used", session => session.LastUsedAt.Show() },
        { "Expires", session => session.ExpiresAt.Show() },
        { "Sharing signs", session => session.SharingSigns == 0 ? "" : $"{session.SharingSigns}" },
    };

    public static Command Create() => new("session", "List and end sessions.")
    {
        GlobalOptions.Json,
        new Command("list", "List the live sessions of an account, newest first.") { Accounts.Who, Lists.Search, Lists.Limit }.OnDatabase(ListAsync),
        End(),
    };

    static Command End()
    {
        Id.Arity = ArgumentArity.ZeroOrOne;
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
        var sessions = await service.Get<SessionOperations>().ListAsync(account.Id, int.MaxValue, cancel);
        await Lists.WriteAsync(
            parsed, sessions.Select(ShownSession.Of).ToAsyncEnumerable(), CommandJson.Readable.IReadOnlyListShownSession, Columns);
    }

    static async Task EndAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var count = parsed.GetValue(All) is { } who
            ? await EndAllAsync(service, who, cancel)
            : await EndOneAsync(service, parsed.GetValue(Id)!, cancel);
        Answer.WriteDone(parsed, $"Ended {count} session{(count == 1 ? "" : "s")}.");
    }

    static async Task<int> EndAllAsync(OpenService service, string who, CancellationToken cancel)
    {
        var account = await service.FindAccountAsync(who, cancel);
        return await service.Get<SessionOperations>().EndAllAsync(account.Id, Ending(service));
    }

    static async Task<int> EndOneAsync(OpenService service, string asked, CancellationToken cancel) =>
        await service.FindIdAsync(IdKind.Session, asked, cancel) is { } id
        && await service.Get<SessionOperations>().EndAsync(id, Ending(service))
            ? 1
            : throw CommandFailedException.NotFound($"No live session {asked} exists.");

    static SessionEnding Ending(OpenService service) => Origin.Operator.Ends(EndReason.EndedByOperator, service.Now);
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Handstamp.Host.Settings;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp audit …</c>: who did what.</summary>
static class AuditCommands
{
    static readonly Option<string?> Account = new("--account")
    {
        Description = "Only events of this account: its e-mail address, or its id, also after it was deleted.",
        HelpName = "ACCOUNT",
    };

    static readonly Option<string[]> Kinds = new("--kind")
    {
        Description = "Only events of this kind, such as login.refused, or of a group of kinds, such as session. Can be repeated.",
        HelpName = "KIND",
        Validators = { DemandKinds },
    };

    static readonly Option<IPNetwork?> Network = new("--address")
    {
        Description = "Only events from this address or network, such as 192.0.2.7 or 2001:db8::/32.",
        HelpName = "ADDRESS",
        CustomParser = given =>
        {
            var text = given.Tokens[0].Value;
            if (NetworkText.TryParse(text, out var network, out var fault)) return network;
            given.AddError($"'{text}' {fault}.");
            return null;
        },
    };

    static readonly Option<string?> Since = new("--since")
    {
        Description = "Only events since this time: 24h for the last day, or 2026-11-28T10:00:00Z.",
        HelpName = "TIME",
    };

    static readonly Option<bool> Follow = new("--follow") { Description = "Then also show new events, until Ctrl+C." };

    static readonly Columns<ShownEvent> Columns = new()
    {
        { "Time", done => done.At.Show() },
        { "Kind", done => done.Kind },
        { "Outcome", done => done.Outcome ?? "" },
        { "By", done => WhoOf(done) },
        { "Account", done => done.AccountId },
        { "Session", done => done.SessionId },
        { "From", done => done.Address ?? "" },
        { "About", done => done.Detail ?? "" },
        { "Count", done => done.Count == 1 ? "" : done.Count.ToString(CultureInfo.InvariantCulture) },
    };

    public static Command Create() => new("audit", "Show the audit trail: who changed what.")
    {
        GlobalOptions.Json,
        new Command("list", "List what was done, by whom, and from where: the newest events.")
        {
            Account, Kinds, Network, Since, Lists.Search, Lists.Limit, Follow,
        }.OnDatabase(ListAsync),
    };

    static void DemandKinds(OptionResult given)
    {
        foreach (var kind in given.Tokens.Select(token => token.Value).Where(kind => EventKinds.Find(kind).Count == 0))
            given.AddError($"Unknown kind '{kind}'. The kinds are: {string.Join(", ", EventKinds.All.Select(one => one.Name()))}.");
    }

    static async Task ListAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var filter = await FilterAsync(parsed, service, cancel);
        if (parsed.GetValue(Follow))
        {
            await FollowAsync(parsed, service, filter, cancel);
            return;
        }
        await Lists.WriteNewestAsync(
            parsed, service.Get<EventReader>().ReadBackAsync(filter, cancel).Select(ShownEvent.Of),
            CommandJson.Readable.IReadOnlyListShownEvent, Columns, cancel);
    }

    static async Task FollowAsync(ParseResult parsed, OpenService service, EventFilter filter, CancellationToken cancel)
    {
        using var interruption = new Interruption(cancel);
        try
        {
            var events = service.Get<EventReader>().FollowAsync(filter, parsed.GetValue(Lists.Limit), interruption.Token);
            await foreach (var done in events.Select(ShownEvent.Of).Where(Lists.Fits(parsed, Columns))) WriteLine(parsed, done);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    static async Task<EventFilter> FilterAsync(ParseResult parsed, OpenService service, CancellationToken cancel) => new()
    {
        AccountId = parsed.GetValue(Account) switch
        {
            null => null,
            var id when Guid.TryParse(id, out var known) => known,
            var email => (await service.FindAccountAsync(email, cancel)).Id,
        },
        Kinds = parsed.GetValue(Kinds) is { Length: > 0 } kinds ? [.. kinds.SelectMany(EventKinds.Find).Distinct()] : null,
        Network = parsed.GetValue(Network),
        Since = parsed.GetValue(Since) is { } since ? TimeOf(since, service.Now) : null,
    };

    static DateTimeOffset TimeOf(string text, DateTimeOffset now)
    {
        var first = DateTimeOffset.UnixEpoch;
        if (Duration.TryParse(text, out var ago)) return ago < now - first ? now - ago : first;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time > first ? time : first
            : throw new CommandFailedException($"'{text}' is not a time. Use a form such as 24h or 2026-11-28T10:00:00Z.");
    }

    // The loop always ends like this.
    static void WriteLine(ParseResult parsed, ShownEvent done)
    {
        if (parsed.GetValue(GlobalOptions.Json)) Answer.WriteJson(done, CommandJson.Lines.ShownEvent);
        else Answer.Line(string.Join("  ", Columns.Select(column => column.Cell(done)).Where(cell => cell.Length > 0)));
    }

    static string WhoOf(ShownEvent done) => done.ActorId is { } id ? $"{done.Actor} {id}" : done.Actor;
}

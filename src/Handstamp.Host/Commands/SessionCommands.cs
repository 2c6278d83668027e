using System.CommandLine;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp session …</c>: who is logged in where.</summary>
static class SessionCommands
{
    const int Most = 1000;

    static readonly Columns<ShownSession> Columns = new()
    {
        { "Id", session => session.Id.ToString() },
        { "Device", session => session.DeviceName ?? session.UserAgent ?? "" },
        { "Address", session => session.Address ?? "" },
        { "Created", session => session.CreatedAt.Show() },
        { "Last used", session => session.LastUsedAt.Show() },
        { "Expires", session => session.ExpiresAt.Show() },
    };

    static readonly Argument<string> Who = new("ACCOUNT") { Description = "The e-mail address, or the id." };

    public static Command Create() => new("session", "The sessions.") { GlobalOptions.Json, List(), End() };

    static Command List() => new Command("list", "List an account's live sessions.") { Who }.OnDatabase(async (parsed, service, cancel) =>
    {
        var account = await service.FindAccountAsync(parsed.GetRequiredValue(Who), cancel);
        var sessions = await service.Get<ISessionStore>().ListAsync(account.Id, service.Now, Most, cancel);
        Answer.WriteRows(parsed, [.. sessions.Select(ShownSession.Of)], CommandJson.Readable.IReadOnlyListShownSession, Columns);
    });

    static Command End()
    {
        var id = new Argument<Guid?>("ID") { Description = "The session.", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<string>("--all") { Description = "All sessions of an account instead.", HelpName = "ACCOUNT" };
        var command = new Command("end", "End a session: its tokens are dead within a second.") { id, all };
        command.Validators.Add(given =>
        {
            if (given.GetValue(id) is null == given.GetValue(all) is null) given.AddError("Give the id of a session, or --all ACCOUNT.");
        });
        return command.OnDatabase(async (parsed, service, cancel) =>
        {
            var count = parsed.GetValue(all) is { } who
                ? await EndAllAsync(service, who, cancel)
                : await EndOneAsync(service, parsed.GetValue(id)!.Value);
            Answer.WriteDone(parsed, $"Ended {count}.");
        });
    }

    static async Task<int> EndAllAsync(OpenService service, string who, CancellationToken cancel)
    {
        var account = await service.FindAccountAsync(who, cancel);
        return await service.Get<ISessionStore>().EndAllAsync(account.Id, EndReason.EndedByOperator, service.Now);
    }

    static async Task<int> EndOneAsync(OpenService service, Guid id) =>
        await service.Get<ISessionStore>().TryEndAsync(id, EndReason.EndedByOperator, service.Now)
            ? 1
            : throw new CommandFailedException($"There is no live session {id}.");
}

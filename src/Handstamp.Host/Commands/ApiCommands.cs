using System.CommandLine;
using Handstamp.Server.Audit;
using Handstamp.Server.Clients;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp api …</c>: the APIs that may follow the revocation feed.</summary>
static class ApiCommands
{
    static readonly Argument<string> Name = new("NAME")
    {
        Description = "Lower-case letters, digits and hyphens, 32 at the most.",
    };

    static readonly Columns<ShownApi> Columns = new()
    {
        { "Name", api => api.Name },
        { "Created", api => api.CreatedAt.Show() },
    };

    public static Command Create() => new("api", "The APIs that may follow the revocations.")
    {
        GlobalOptions.Json,
        new Command("add", "Add an API and print its credential, once.") { Name }.OnNewDatabase(AddAsync),
        new Command("list", "List the APIs.").OnDatabase(ListAsync),
        new Command("remove", "Remove an API: its credential is no good any more.") { Name }.OnDatabase(RemoveAsync),
    };

    static async Task AddAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var name = parsed.GetRequiredValue(Name);
        if (!ResourceServerCredential.IsName(name))
            throw new CommandFailedException($"'{name}' can't be a name. {Name.Description}");

        var credential = ResourceServerCredential.Create(name);
        var server = new ResourceServer(name, credential.SecretHash, service.Now);
        if (!await service.Get<IResourceServerStore>().TryAddAsync(server, Done(EventKind.ApiAdded, name, service)))
            throw new CommandFailedException($"There is an API {name}. Remove it first to give it a new credential.");

        var added = ShownApi.Of(server) with { Credential = credential.Reveal() };
        Answer.Write(parsed, added, CommandJson.Readable.ShownApi, Show);
    }

    static async Task ListAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var servers = await service.Get<IResourceServerStore>().ListAsync(cancel);
        Answer.WriteRows(parsed, [.. servers.Select(ShownApi.Of)], CommandJson.Readable.IReadOnlyListShownApi, Columns);
    }

    static async Task RemoveAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var name = parsed.GetRequiredValue(Name);
        if (!await service.Get<IResourceServerStore>().RemoveAsync(name, Done(EventKind.ApiRemoved, name, service)))
            throw new CommandFailedException($"There is no API {name}.");
        Answer.WriteDone(parsed, $"Removed {name}.");
    }

    static Event Done(EventKind kind, string name, OpenService service) =>
        Origin.Operator.Does(kind, service.Now) with { Detail = name };

    static void Show(ShownApi api)
    {
        Answer.Line($"The credential of {api.Name}, shown this once:");
        Answer.Line(api.Credential!);
    }
}

using System.CommandLine;
using Handstamp.Server.Audit;
using Handstamp.Server.Clients;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp api …</c>: the APIs that may follow the revocation feed.</summary>
static class ApiCommands
{
    static readonly Argument<string> Name = new("NAME")
    {
        Description = "Up to 32 lower-case letters, digits and hyphens.",
    };

    static readonly Columns<ShownApi> Columns = new()
    {
        { "Name", api => api.Name },
        { "Created", api => api.CreatedAt.Show() },
    };

    public static Command Create() => new("api", "Manage the APIs that can follow the revocation feed.")
    {
        GlobalOptions.Json,
        new Command("add", "Add an API and print its credential. It is shown only once.") { Name }.OnNewDatabase(AddAsync),
        new Command("list", "List the APIs.") { Lists.Search, Lists.Limit }.OnDatabase(ListAsync),
        new Command("remove", "Remove an API. Its credential stops working.") { Name }.OnDatabase(RemoveAsync),
    };

    static async Task AddAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var name = parsed.GetRequiredValue(Name);
        if (!ResourceServerCredential.IsName(name))
            throw new CommandFailedException($"'{name}' is not a valid API name. Use up to 32 lower-case letters, digits and hyphens.");

        var added = await service.Get<ResourceServerOperations>().AddAsync(name, Origin.Operator)
            ?? throw new CommandFailedException($"API {name} already exists. To give it a new credential, remove it first.");
        var shown = ShownApi.Of(added.Server) with { Credential = added.Credential.Reveal() };
        Answer.Write(parsed, shown, CommandJson.Readable.ShownApi, Show);
    }

    static async Task ListAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var servers = await service.Get<ResourceServerOperations>().ListAsync(cancel);
        await Lists.WriteAsync(parsed, servers.Select(ShownApi.Of).ToAsyncEnumerable(), CommandJson.Readable.IReadOnlyListShownApi, Columns);
    }

    static async Task RemoveAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var name = parsed.GetRequiredValue(Name);
        if (!await service.Get<ResourceServerOperations>().RemoveAsync(name, Origin.Operator))
            throw CommandFailedException.NotFound($"No API {name} exists.");
        Answer.WriteDone(parsed, $"Removed {name}.");
    }

    static void Show(ShownApi api)
    {
        Answer.Line($"Credential of {api.Name}, shown only once:");
        Answer.Line(api.Credential!);
    }
}

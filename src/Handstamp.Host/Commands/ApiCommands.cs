using System.CommandLine;
using Handstamp.Server.Sessions.Feed;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp api …</c>: the APIs that may follow the revocation feed.</summary>
static class ApiCommands
{
    static readonly Columns<ShownApi> Columns = new()
    {
        { "Name", api => api.Name },
        { "Created", api => api.CreatedAt.Show() },
    };

    static readonly Argument<string> Name = new("NAME") { Description = "Lower-case letters, digits and hyphens, 32 at the most." };

    public static Command Create() => new("api", "The APIs that may follow the revocations.") { GlobalOptions.Json, Add(), List(), Remove() };

    static Command Add() => new Command("add", "Add an API and print its credential, once.") { Name }.OnNewDatabase(async (parsed, service, _) =>
    {
        var name = parsed.GetRequiredValue(Name);
        if (!ResourceServerCredential.IsName(name))
            throw new CommandFailedException($"'{name}' can't be a name: lower-case letters, digits and hyphens, 32 at the most.");

        var credential = ResourceServerCredential.Create(name);
        var server = new ResourceServer(name, credential.SecretHash, service.Now);
        if (!await service.Get<IResourceServerStore>().TryAddAsync(server))
            throw new CommandFailedException($"There is an API {name}. Remove it first to give it a new credential.");
        Answer.Write(parsed, ShownApi.Of(server) with { Credential = credential.Reveal() }, CommandJson.Readable.ShownApi,
            api => Console.Out.WriteLine($"The credential of {api.Name}, shown this once:{Environment.NewLine}{api.Credential}"));
    });

    static Command List() => new Command("list", "List the APIs.").OnDatabase(async (parsed, service, cancel) =>
    {
        var servers = await service.Get<IResourceServerStore>().ListAsync(cancel);
        Answer.WriteRows(parsed, [.. servers.Select(ShownApi.Of)], CommandJson.Readable.IReadOnlyListShownApi, Columns);
    });

    static Command Remove() => new Command("remove", "Remove an API: its credential is no good any more.") { Name }.OnDatabase(async (parsed, service, _) =>
    {
        var name = parsed.GetRequiredValue(Name);
        if (!await service.Get<IResourceServerStore>().RemoveAsync(name)) throw new CommandFailedException($"There is no API {name}.");
        Answer.WriteDone(parsed, $"Removed {name}.");
    });
}

using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Storage.EntityFramework.Engine;
using Handstamp.Storage.EntityFramework.Rows;
using Microsoft.EntityFrameworkCore;

namespace Handstamp.Storage.EntityFramework.Clients;

sealed class EfResourceServerStore(SessionDatabase database) : IResourceServerStore
{
    public Task<bool> TryAddAsync(ResourceServer server, Event added) =>
        database.RunAsync(unit => database.WriteAsync(unit, () => unit.TryAddAsync(
            new ApiRow { Name = server.Name, SecretHash = server.SecretHash, CreatedAt = server.CreatedAt.ToUnixTimeMilliseconds() },
            rows => rows.Where(row => row.Name == server.Name))));

    public Task<ResourceServer?> FindAsync(string name, CancellationToken cancel) => database.RunAsync(async unit =>
        await unit.Apis.AsNoTracking().FirstOrDefaultAsync(row => row.Name == name, cancel) is { } found ? ToServer(found) : null);

    public Task<IReadOnlyList<ResourceServer>> ListAsync(CancellationToken cancel) =>
        database.RunAsync<IReadOnlyList<ResourceServer>>(async unit =>
            [.. (await unit.Apis.AsNoTracking().OrderBy(row => row.Name).ToListAsync(cancel)).Select(ToServer)]);

    public Task<bool> RemoveAsync(string name, Event removed) => database.RunAsync(unit => database.WriteAsync(unit, async () =>
        await unit.Apis.Where(row => row.Name == name).ExecuteDeleteAsync() == 1));

    static ResourceServer ToServer(ApiRow row) => new(row.Name, row.SecretHash, Time.Of(row.CreatedAt));
}

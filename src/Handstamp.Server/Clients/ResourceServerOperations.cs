using Handstamp.Server.Audit;
using Handstamp.Server.Http;

namespace Handstamp.Server.Clients;

/// <summary>What operators do to the APIs with a credential. Nothing here asks whether the caller may.</summary>
sealed class ResourceServerOperations(IResourceServerStore servers, AuditTrail trail, TimeProvider clock)
{
    public Task<IReadOnlyList<ResourceServer>> ListAsync(CancellationToken cancel) => servers.ListAsync(cancel);

    /// <summary>Adds an API whose name is one. Null when the name is taken.</summary>
    public async Task<AddedResourceServer?> AddAsync(string name, Origin by)
    {
        var now = clock.Now();
        var credential = ResourceServerCredential.Create(name);
        var server = new ResourceServer(name, credential.SecretHash, now);
        var added = by.Does(EventKind.ApiAdded, now) with { Detail = name };
        if (!await servers.TryAddAsync(server, added)) return null;
        trail.Record(added);
        return new AddedResourceServer(server, credential);
    }

    /// <summary>Removes it: its credential stops working. False when there is none.</summary>
    public async Task<bool> RemoveAsync(string name, Origin by)
    {
        var removed = by.Does(EventKind.ApiRemoved, clock.Now()) with { Detail = name };
        if (!await servers.RemoveAsync(name, removed)) return false;
        trail.Record(removed);
        return true;
    }
}

/// <summary>A new API. Its credential can be shown now and never again.</summary>
sealed record AddedResourceServer(ResourceServer Server, ResourceServerCredential Credential);

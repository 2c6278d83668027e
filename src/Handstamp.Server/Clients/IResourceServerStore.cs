using Handstamp.Server.Audit;

namespace Handstamp.Server.Clients;

/// <summary>The APIs that may follow the revocation feed.</summary>
interface IResourceServerStore
{
    /// <summary>Adds the API with its event; false if the name is taken.</summary>
    Task<bool> TryAddAsync(ResourceServer server, Event added);

    Task<ResourceServer?> FindAsync(string name, CancellationToken cancel);

    Task<IReadOnlyList<ResourceServer>> ListAsync(CancellationToken cancel);

    /// <summary>Removes the API with its event; false if there is none.</summary>
    Task<bool> RemoveAsync(string name, Event removed);
}

/// <summary>An API with its credential, of which only the SHA-256 is stored: the secret is 32 random bytes.</summary>
sealed record ResourceServer(string Name, byte[] SecretHash, DateTimeOffset CreatedAt);

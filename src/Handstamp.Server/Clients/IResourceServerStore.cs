namespace Handstamp.Server.Clients;

/// <summary>The APIs that may follow the revocation feed.</summary>
interface IResourceServerStore
{
    /// <summary>Adds it; false when the name is taken.</summary>
    Task<bool> TryAddAsync(ResourceServer server);

    Task<ResourceServer?> FindAsync(string name, CancellationToken cancel);

    Task<IReadOnlyList<ResourceServer>> ListAsync(CancellationToken cancel);

    Task<bool> RemoveAsync(string name);
}

/// <summary>An API with its credential, of which only the SHA-256 is kept: the secret is 32 random bytes.</summary>
sealed record ResourceServer(string Name, byte[] SecretHash, DateTimeOffset CreatedAt);

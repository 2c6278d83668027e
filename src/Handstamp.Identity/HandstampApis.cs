using Handstamp.Server.Audit;
using Handstamp.Server.Clients;

namespace Handstamp.Identity;

/// <summary>
/// The APIs that may follow the revocation feed and introspect tokens. It does NOT ask whether the caller may change them: call it from a
/// command or a page of the app's own administrators.
/// </summary>
public sealed class HandstampApis
{
    readonly ResourceServerOperations _apis;

    internal HandstampApis(ResourceServerOperations apis) => _apis = apis;

    /// <summary>
    /// Adds an API. Returns its credential, which cannot be shown again: the API sends it as a bearer token
    /// (<c>HandstampBearerOptions.Credential</c>). Null if the name is taken.
    /// </summary>
    /// <param name="name">1 to 32 lower-case letters, digits and hyphens; the first is no hyphen.</param>
    /// <exception cref="ArgumentException">The name has other characters.</exception>
    public async Task<string?> AddAsync(string name)
    {
        if (!ResourceServerCredential.IsName(name))
            throw new ArgumentException("A name has 1 to 32 lower-case letters, digits and hyphens, and does not begin with a hyphen.", nameof(name));
        return (await _apis.AddAsync(name, Origin.System))?.Credential.Reveal();
    }

    /// <summary>Removes an API: its credential stops working, and its connection to the feed ends. False if there is none.</summary>
    public Task<bool> RemoveAsync(string name) => _apis.RemoveAsync(name, Origin.System);

    /// <summary>The names of the APIs, in their order.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken = default) =>
        [.. (await _apis.ListAsync(cancellationToken)).Select(api => api.Name)];
}

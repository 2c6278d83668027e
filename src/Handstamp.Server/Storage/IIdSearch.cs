namespace Handstamp.Server.Storage;

/// <summary>Finds whole ids by the part of them that an operator has.</summary>
interface IIdSearch
{
    /// <summary>
    /// The ids that begin or end with this: hexadecimal digits without hyphens, in lower case. Reads all ids of the kind,
    /// because no index has the ends of ids.
    /// </summary>
    Task<IReadOnlyList<Guid>> FindAsync(IdKind kind, string part, int limit, CancellationToken cancel);
}

/// <summary>What has the id.</summary>
enum IdKind { Account, Session, Mail }

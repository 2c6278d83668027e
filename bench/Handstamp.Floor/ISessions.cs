namespace Handstamp.Floor;

/// <summary>A session is an id and a generation.</summary>
interface ISessions
{
    Task CreateAsync(Guid id, DateTimeOffset now);

    /// <summary>The new generation; null when the presented one is not the last.</summary>
    Task<int?> TryAdvanceAsync(Guid id, int generation, DateTimeOffset now);
}

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>What an operation does, which says when it may run again after a failure.</summary>
enum Work
{
    /// <summary>Reads only. It may always run again.</summary>
    Read,

    /// <summary>
    /// Writes what a second run finds done: it may run again also when the connection ended before the answer.
    /// </summary>
    WriteAgain,

    /// <summary>
    /// Writes, and would answer otherwise the second time: it runs again only when nothing of it was kept, for certain.
    /// </summary>
    WriteOnce,
}

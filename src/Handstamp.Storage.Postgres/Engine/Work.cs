namespace Handstamp.Storage.Postgres.Engine;

/// <summary>The kind of an operation, which decides when it may run again after a failure.</summary>
enum Work
{
    /// <summary>Reads only. It may always run again.</summary>
    Read,

    /// <summary>
    /// Writes, but a second run detects that it is already done. So it may run again even if the connection ended
    /// before the answer.
    /// </summary>
    WriteAgain,

    /// <summary>
    /// Writes, and would answer differently the second time. So it runs again only if it is certain that nothing was
    /// kept.
    /// </summary>
    WriteOnce,
}

namespace Handstamp.Server.Storage.Moving;

/// <summary>Reports the progress of a move.</summary>
interface IMoveProgress
{
    void Begin(MoveStage stage, string table, long rows);

    /// <summary>Reports one more row.</summary>
    void Advance();
}

enum MoveStage
{
    /// <summary>From the source to the target.</summary>
    Copying,

    /// <summary>Only the source, to compare with what an earlier move has copied.</summary>
    Reading,

    /// <summary>The rows in the target.</summary>
    Comparing,
}

namespace Handstamp.Server.Storage.Moving;

/// <summary>Is told how far a move has come.</summary>
interface IMoveProgress
{
    void Begin(MoveStage stage, string table, long rows);

    /// <summary>One row more.</summary>
    void Advance();
}

enum MoveStage
{
    /// <summary>From the source into the target.</summary>
    Copying,

    /// <summary>The source alone, for what a move before has copied.</summary>
    Reading,

    /// <summary>What the target holds.</summary>
    Comparing,
}

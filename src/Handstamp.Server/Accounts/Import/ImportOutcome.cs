namespace Handstamp.Server.Accounts.Import;

/// <summary>What became of an account of another system.</summary>
abstract record ImportOutcome
{
    ImportOutcome() { }

    public sealed record Added : ImportOutcome;

    /// <summary>An earlier run has added it.</summary>
    public sealed record AlreadyThere : ImportOutcome;

    /// <summary>It was not added. The reason is a sentence, and never has the hash.</summary>
    public sealed record Refused(string Code, string Reason) : ImportOutcome;
}

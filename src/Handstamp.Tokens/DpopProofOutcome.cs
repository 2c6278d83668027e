namespace Handstamp.Tokens;

/// <summary>What came of verifying a DPoP proof: one of the records in here.</summary>
public abstract record DpopProofOutcome
{
    DpopProofOutcome() { }

    /// <summary>It is a proof for this request.</summary>
    /// <param name="Proof">What it says.</param>
    public sealed record Verified(DpopProof Proof) : DpopProofOutcome;

    /// <summary>It is none, or one for another request or token.</summary>
    /// <param name="Reason">What is wrong, for a developer. Holds nothing of the proof but names of members.</param>
    public sealed record Refused(string Reason) : DpopProofOutcome;
}

namespace Handstamp.Tokens;

/// <summary>The result of verifying a DPoP proof: one of the records below.</summary>
public abstract record DpopProofOutcome
{
    DpopProofOutcome() { }

    /// <summary>The proof is valid for this request.</summary>
    /// <param name="Proof">The verified content.</param>
    public sealed record Verified(DpopProof Proof) : DpopProofOutcome;

    /// <summary>The text is not a proof, or it is a proof for another request or token.</summary>
    /// <param name="Reason">
    /// What is wrong, for a developer. Contains only names of members, and no value of the proof.
    /// </param>
    public sealed record Refused(string Reason) : DpopProofOutcome;
}

namespace Handstamp.Storage.EntityFramework.Rows;

/// <summary>A used proof, until it is too old to be used again.</summary>
sealed class ProofRow
{
    public Guid Proof { get; set; }
    public long Until { get; set; }
}

namespace Handstamp.Storage.EntityFramework.Rows;

/// <summary>An API that may follow the feed.</summary>
sealed class ApiRow
{
    public string Name { get; set; } = "";
    public byte[] SecretHash { get; set; } = [];
    public long CreatedAt { get; set; }
}

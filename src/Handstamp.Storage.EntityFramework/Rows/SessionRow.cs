namespace Handstamp.Storage.EntityFramework.Rows;

/// <summary>A session. Times are milliseconds UTC.</summary>
sealed class SessionRow
{
    public Guid Id { get; set; }

    /// <summary>The user's id as a GUID, see <see cref="Users.UserIds"/>.</summary>
    public Guid AccountId { get; set; }

    public string UserId { get; set; } = "";

    /// <summary>The user's stamp when the session began, or when this session has changed it.</summary>
    public string SecurityStamp { get; set; } = "";

    /// <summary>Raised by each change of the row except its name, so that a change can demand the row that it has read.</summary>
    public int Version { get; set; }

    public int Seen { get; set; }
    public int SeenBefore { get; set; }
    public int First { get; set; }
    public int Last { get; set; }
    public long IssuedAt { get; set; }

    /// <summary>The id of the key that made the newest refresh token, as the ring has it.</summary>
    public string MacKey { get; set; } = "";

    public int Transport { get; set; }
    public long IdleExpiresAt { get; set; }
    public long ExpiresAt { get; set; }
    public bool IsTemporary { get; set; }
    public long? RevokedAt { get; set; }
    public int? RevokeReason { get; set; }

    /// <summary>The event that has ended it. The entries of the feed are made from it.</summary>
    public Guid? EndedBy { get; set; }

    public string? ClientId { get; set; }
    public string? KeyThumbprint { get; set; }
    public string Methods { get; set; } = "";
    public long AuthenticatedAt { get; set; }
    public string? Scope { get; set; }
    public string? Audience { get; set; }
    public int? Source { get; set; }
    public int? OtherSource { get; set; }
    public long? SourceChangedAt { get; set; }
    public int Signs { get; set; }
    public long? SignAt { get; set; }
    public long CreatedAt { get; set; }
    public string? DeviceName { get; set; }
    public string? UserAgent { get; set; }
    public byte[]? Address { get; set; }

    public SessionRow Copy() => (SessionRow)MemberwiseClone();
}

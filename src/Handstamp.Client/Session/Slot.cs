namespace Handstamp.Client.Session;

/// <summary>The place of the access token for a resource.</summary>
sealed class Slot(string? resource)
{
    volatile HeldToken? _token;

    public string? Resource => resource;

    public HeldToken? Token
    {
        get => _token;
        set => _token = value;
    }

    /// <summary>What is under way for it, if that has not ended.</summary>
    public Task<HeldToken>? Refreshing { get; set; }

    /// <summary>When a token of it was last replaced because it was refused as outdated.</summary>
    public ClockReading? Renewed { get; set; }

    /// <summary>The refresh token that its last refresh has shown.</summary>
    public string? Shown { get; set; }
}

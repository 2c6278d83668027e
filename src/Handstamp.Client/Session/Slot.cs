namespace Handstamp.Client.Session;

/// <summary>The access token for one resource.</summary>
sealed class Slot(string? resource)
{
    volatile HeldToken? _token;

    public string? Resource => resource;

    public HeldToken? Token
    {
        get => _token;
        set => _token = value;
    }

    /// <summary>The refresh that is under way for it, if any.</summary>
    public Task<HeldToken>? Refreshing { get; set; }

    /// <summary>When one of its tokens was last replaced because it was refused as outdated.</summary>
    public ClockReading? Renewed { get; set; }

    /// <summary>The refresh token that its last refresh sent.</summary>
    public string? Shown { get; set; }
}

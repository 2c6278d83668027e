namespace Handstamp.Client;

/// <summary>Says whether someone is logged in.</summary>
public sealed class SessionChangedEventArgs : EventArgs
{
    internal SessionChangedEventArgs(Guid? sessionId, string? code) => (SessionId, Code) = (sessionId, code);

    /// <summary>The session. Null if nobody is logged in.</summary>
    public Guid? SessionId { get; }

    /// <summary>Why the session ended, unless it was a logout. One of <see cref="HandstampErrorCodes"/>.</summary>
    public string? Code { get; }
}

namespace Handstamp.Client;

/// <summary>Whether somebody is logged in.</summary>
public sealed class SessionChangedEventArgs : EventArgs
{
    internal SessionChangedEventArgs(Guid? sessionId, string? code) => (SessionId, Code) = (sessionId, code);

    /// <summary>The session; null when nobody is logged in.</summary>
    public Guid? SessionId { get; }

    /// <summary>Why the session has ended, unless somebody logged out. One of <see cref="HandstampErrorCodes"/>.</summary>
    public string? Code { get; }
}

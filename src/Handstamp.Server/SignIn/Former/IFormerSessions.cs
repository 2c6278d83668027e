namespace Handstamp.Server.SignIn.Former;

/// <summary>
/// Looks up sessions of the former system, so that they go on here. An app that embeds the service can register its own, as a
/// singleton, in place of the callback of the settings. <c>FormerSystem:Until</c> has to be set.
/// </summary>
public interface IFormerSessions
{
    /// <summary>
    /// The session that this refresh token of the former system belongs to; null if the former system does not accept the token.
    /// An exception says that this is not known now, and the client tries again: so the token should still be good after the call.
    /// </summary>
    Task<FormerSession?> FindAsync(string refreshToken, CancellationToken cancel);
}

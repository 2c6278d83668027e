using Handstamp.Client.Session;

namespace Handstamp.Client;

/// <summary>Which service the client logs in with, who gets its access tokens, and where it keeps the refresh token.</summary>
public sealed class HandstampClientOptions
{
    /// <summary>Where the service is, its base path included. https, or plain http on this machine.</summary>
    public string Url { get; set; } = "";

    /// <summary>
    /// Origins, besides the service's own, that get the access token, as in <c>https://api.example.com</c>. https, or
    /// plain http on this machine.
    /// </summary>
    public IList<string> Apis { get; } = [];

    /// <summary>
    /// What the access token is for (RFC 8707): one of the audiences that the service declares. Left out, the first of
    /// them, or the service itself where it declares none.
    /// </summary>
    public string? Resource { get; set; }

    /// <summary>
    /// Where the refresh token is kept; by default in memory. A <see cref="FileTokenStore"/> survives restarts, and
    /// can be shared by processes.
    /// </summary>
    public ITokenStore Store { get; set; } = new MemoryTokenStore();

    /// <summary>
    /// Whether logins bind the session to a key (DPoP, RFC 9449) that the store keeps: its tokens are worth nothing
    /// without it. Off by default. A session that is there stays as it is.
    /// </summary>
    public bool KeyBinding { get; set; }

    /// <summary>
    /// What carries the calls to the service, for example to trust a private certificate authority; by default a
    /// <see cref="SocketsHttpHandler"/>. It is the client's from then on: it follows no redirects any more, does not use
    /// the system's proxy for this machine, and is disposed of with the client.
    /// </summary>
    public HttpMessageHandler? BackchannelHttpHandler { get; set; }

    internal Patience Patience { get; set; } = new();
}

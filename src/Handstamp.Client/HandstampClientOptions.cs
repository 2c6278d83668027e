using Handstamp.Client.Session;

namespace Handstamp.Client;

/// <summary>
/// Which service the client logs in to, which APIs get its access tokens, and where it keeps the refresh token.
/// </summary>
public sealed class HandstampClientOptions
{
    /// <summary>The address of the service, including its base path. https, or plain http on this machine.</summary>
    public string Url { get; set; } = "";

    /// <summary>
    /// Origins that get the access token in addition to the service's own, such as <c>https://api.example.com</c>.
    /// https, or plain http on this machine.
    /// </summary>
    public IList<string> Apis { get; } = [];

    /// <summary>
    /// What the access token is for (RFC 8707): one of the audiences that the service declares. If omitted, the first
    /// of them, or the service itself if it declares none.
    /// </summary>
    public string? Resource { get; set; }

    /// <summary>
    /// Where the refresh token is kept, by default in memory. A <see cref="FileTokenStore"/> survives restarts, and
    /// processes can share it.
    /// </summary>
    public ITokenStore Store { get; set; } = new MemoryTokenStore();

    /// <summary>
    /// Whether logins bind the session to a key (DPoP, RFC 9449) that the store keeps. The session's tokens are of no
    /// use without the key. Off by default. An existing session stays as it is.
    /// </summary>
    public bool KeyBinding { get; set; }

    /// <summary>
    /// Whether the person wants to be remembered on this device. If not, sessions that begin expire sooner when they are not used.
    /// On by default.
    /// </summary>
    public bool Remember { get; set; } = true;

    /// <summary>
    /// Called when an API or the service requires a more recent or a stronger authentication. It asks the person and calls
    /// <see cref="HandstampClient.ReauthenticateAsync"/>. Then the request is sent once more, if it
    /// can be repeated. For several requests at a time it is called once, on another thread. If it fails, the requests fail
    /// with the same exception. Without it, the caller gets the answer.
    /// </summary>
    public Func<StepUpDemand, Task>? OnStepUp { get; set; }

    /// <summary>
    /// Called when the service demands that another service checks the person, such as Turnstile. It shows the widget of that
    /// service and returns its response, and the request is sent once more. With null, or without this, the caller gets
    /// <see cref="HandstampErrorCodes.ChallengeRequired"/>.
    /// </summary>
    public Func<SiteChallenge, CancellationToken, Task<string?>>? OnSiteChallenge { get; set; }

    /// <summary>
    /// Sends the requests to the service, for example to trust a private certificate authority. By default a
    /// <see cref="SocketsHttpHandler"/>. The client takes over the handler: it turns off redirects, does not use the
    /// system's proxy for this machine, and disposes of the handler with itself.
    /// </summary>
    public HttpMessageHandler? BackchannelHttpHandler { get; set; }

    internal Timings Timings { get; set; } = new();
}

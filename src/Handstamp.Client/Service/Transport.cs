using System.Net;

namespace Handstamp.Client.Service;

/// <summary>
/// The connections that carry passwords and tokens. They do not follow redirects. On this machine they use no proxy,
/// because they are in clear text there. Other connections use TLS, where a proxy sees only the host's name.
/// </summary>
static class Transport
{
    static readonly IWebProxy OwnProxy = new ProxyForOthers();

    /// <summary>For the client's own calls.</summary>
    public static SocketsHttpHandler Create() =>
        new() { UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };

    /// <summary>For the app's calls, under a <see cref="RedirectHandler"/>.</summary>
    public static HttpMessageHandler CreateForApis() => Settled(new SocketsHttpHandler());

    /// <summary>Configures the handler, or the innermost one. Only for handlers that belong to the client.</summary>
    public static HttpMessageHandler Settled(HttpMessageHandler handler)
    {
        switch (BottomOf(handler))
        {
            case SocketsHttpHandler sockets:
                if (sockets.AllowAutoRedirect) sockets.AllowAutoRedirect = false;
                if (sockets is { UseProxy: true, Proxy: null }) sockets.Proxy = OwnProxy;
                break;
            case HttpClientHandler usual:
                if (usual.AllowAutoRedirect) usual.AllowAutoRedirect = false;
                if (usual is { UseProxy: true, Proxy: null }) usual.Proxy = OwnProxy;
                break;
        }
        return handler;
    }

    /// <summary>
    /// Throws if a handler below would follow a redirect. It would forward the proof of the request, because it removes
    /// only <c>Authorization</c>, and no handler above it would notice.
    /// </summary>
    public static void DemandNoRedirects(HttpMessageHandler? handler)
    {
        if (BottomOf(handler) is SocketsHttpHandler { AllowAutoRedirect: true } or HttpClientHandler { AllowAutoRedirect: true })
            throw new InvalidOperationException(
                "The handler below HandstampHandler follows redirects, which would take the proof of a bound token "
                + "to another address. Set AllowAutoRedirect = false in that handler.");
    }

    static HttpMessageHandler? BottomOf(HttpMessageHandler? handler)
    {
        while (handler is DelegatingHandler { InnerHandler: { } inner }) handler = inner;
        return handler;
    }

    /// <summary>The system's proxy, for example from http_proxy, except for this machine.</summary>
    sealed class ProxyForOthers : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => HttpClient.DefaultProxy.Credentials;
            set => HttpClient.DefaultProxy.Credentials = value;
        }

        public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : HttpClient.DefaultProxy.GetProxy(destination);

        public bool IsBypassed(Uri host) => host.IsLoopback || HttpClient.DefaultProxy.IsBypassed(host);
    }
}

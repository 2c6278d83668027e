using System.Net;

namespace Handstamp.Client.Service;

/// <summary>
/// What carries passwords and tokens: to no redirect's target, and on this machine through no proxy, since there they are
/// in clear. Elsewhere they are in TLS, of which a proxy sees the host's name.
/// </summary>
static class Transport
{
    static readonly IWebProxy s_proxy = new ProxyForOthers();

    /// <summary>For the client's own calls.</summary>
    public static SocketsHttpHandler Create() =>
        new() { UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };

    /// <summary>For the app's calls, below a <see cref="RedirectHandler"/>.</summary>
    public static HttpMessageHandler CreateForApis() => Settled(new SocketsHttpHandler());

    /// <summary>The handler, or the one at the bottom of it, made so. Only for what the client has for itself.</summary>
    public static HttpMessageHandler Settled(HttpMessageHandler handler)
    {
        switch (BottomOf(handler))
        {
            case SocketsHttpHandler sockets:
                if (sockets.AllowAutoRedirect) sockets.AllowAutoRedirect = false;
                if (sockets is { UseProxy: true, Proxy: null }) sockets.Proxy = s_proxy;
                break;
            case HttpClientHandler usual:
                if (usual.AllowAutoRedirect) usual.AllowAutoRedirect = false;
                if (usual is { UseProxy: true, Proxy: null }) usual.Proxy = s_proxy;
                break;
        }
        return handler;
    }

    /// <summary>
    /// Throws when what is below would follow a redirect: it takes the proof of the request along, of all headers
    /// but <c>Authorization</c>, and no handler above it hears of that.
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

    /// <summary>The system's proxy, as it is set by http_proxy for example, but for this machine.</summary>
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

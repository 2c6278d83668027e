using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace Handstamp.Server.Http;

/// <summary>
/// A cookie of the service: HttpOnly and Secure. It is for one path. Without a route it is for the whole host, and then
/// no other host can set it: a browser accepts the prefix <c>__Host-</c> (RFC 6265bis §4.1.3.2) only from this host.
/// </summary>
abstract class ServiceCookie
{
    readonly bool _plain;
    readonly string _name;
    readonly string _nameAlone;
    readonly string? _route;
    readonly HandstampOptions _service;

    protected ServiceCookie(string name, string? route, HandstampOptions service, IHostEnvironment environment)
    {
        // Browsers refuse the prefixes and Secure on plain http, which localhost uses in development.
        _plain = environment.IsDevelopment() && !service.IsHttps;
        (_name, _route, _service) = (name, route, service);
        _nameAlone = NameBehind(PathString.Empty);
    }

    protected abstract SameSiteMode SameSite { get; }

    /// <summary>Null: only this host.</summary>
    protected virtual string? Domain => null;

    public bool IsOn(HttpRequest request) => Values(request).Any();

    // The framework's collection keeps only the last of several cookies with the same name. White space is exactly what
    // RFC 6265bis §5.7 defines: a browser treats any other space as part of the name, and does not recognise the prefix
    // of a name after it.
    protected IEnumerable<string> Values(HttpRequest request)
    {
        var start = NameOn(request) + "=";
        foreach (var header in request.Headers.Cookie)
            foreach (var untrimmed in header?.Split(';') ?? [])
                if (untrimmed.Trim(' ', '\t') is var pair && pair.StartsWith(start, StringComparison.Ordinal))
                    yield return pair[start.Length..];
    }

    /// <summary>Without a lifetime, it is removed when the browser is closed.</summary>
    protected void Append(HttpResponse response, string value, TimeSpan? life)
    {
        var request = response.HttpContext.Request;
        var cookie = new SetCookieHeaderValue(NameOn(request), value)
        {
            HttpOnly = true,
            Secure = !_plain,
            SameSite = SameSite,
            Domain = Domain,
            Path = _route is null ? "/" : _service.PathOf(request, _route),
            MaxAge = life,
        };
        // For pages of other sites: a separate cookie jar for each of them is all that browsers still allow of
        // third-party cookies.
        if (SameSite == SameSiteMode.None) cookie.Extensions.Add("Partitioned");
        response.Headers.Append(HeaderNames.SetCookie, cookie.ToString());
    }

    // An app rarely has a path in front of it, and each refresh by a cookie needs the name.
    string NameOn(HttpRequest request) => request.PathBase.HasValue ? NameBehind(request.PathBase) : _nameAlone;

    string NameBehind(PathString before)
    {
        var name = _route is null ? _service.NameOnHost(before, _name) : _name;
        return _plain ? name : (_route is null ? "__Host-" : "__Secure-") + name;
    }
}

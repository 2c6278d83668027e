using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace Handstamp.Server.Http;

/// <summary>
/// A cookie of the service: HttpOnly, and Secure. It is for one path; or, without a route, for the whole host, and then no
/// other host can set it: a browser takes the prefix <c>__Host-</c> (RFC 6265bis §4.1.3.2) from this one alone.
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
        // Browsers refuse the prefixes and Secure on plain http; on localhost in development that is all there is.
        _plain = environment.IsDevelopment() && !service.IsHttps;
        (_name, _route, _service) = (name, route, service);
        _nameAlone = NameBehind(PathString.Empty);
    }

    protected abstract SameSiteMode SameSite { get; }

    /// <summary>Null: this host alone.</summary>
    protected virtual string? Domain => null;

    public bool IsOn(HttpRequest request) => Values(request).Any();

    // The framework's collection keeps one cookie of a name, the last. White space is what RFC 6265bis §5.7 calls so, and no
    // more: a browser takes another space for a part of the name, and does not see the prefix of a name behind it.
    protected IEnumerable<string> Values(HttpRequest request)
    {
        var start = NameOn(request) + "=";
        foreach (var header in request.Headers.Cookie)
            foreach (var untrimmed in header?.Split(';') ?? [])
                if (untrimmed.Trim(' ', '\t') is var pair && pair.StartsWith(start, StringComparison.Ordinal))
                    yield return pair[start.Length..];
    }

    /// <summary>Without a life it goes when the browser is closed.</summary>
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
        // For pages of other sites: a cookie jar for each of them is what browsers have left of third-party cookies.
        if (SameSite == SameSiteMode.None) cookie.Extensions.Add("Partitioned");
        response.Headers.Append(HeaderNames.SetCookie, cookie.ToString());
    }

    // An app seldom has a path before it, and each refresh by a cookie asks for the name.
    string NameOn(HttpRequest request) => request.PathBase.HasValue ? NameBehind(request.PathBase) : _nameAlone;

    string NameBehind(PathString before)
    {
        var name = _route is null ? _service.NameOnHost(before, _name) : _name;
        return _plain ? name : (_route is null ? "__Host-" : "__Secure-") + name;
    }
}

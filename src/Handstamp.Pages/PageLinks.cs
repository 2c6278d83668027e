using Handstamp.Server.Http;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Pages;

/// <summary>The addresses of the pages, with the base path before them.</summary>
sealed class PageLinks
{
    public const string Root = BrowserCookie.Route;

    // The address of an authorize request is long. Escaped, it is three times as long, and still fits into a request
    // line.
    const int MaxReturn = 2048;

    readonly HandstampOptions _service;
    readonly Brand _brand;
    readonly string _base;

    public PageLinks(IOptions<HandstampOptions> service, Brand brand) : this(service.Value, brand, before: "")
    {
    }

    PageLinks(HandstampOptions service, Brand brand, string before)
    {
        (_service, _brand) = (service, brand);
        _base = before + service.PathOf("/");
        Account = before + service.PathOf(Root);
    }

    /// <summary>The addresses as the caller sees them.</summary>
    public PageLinks On(HttpRequest request) =>
        request.PathBase.HasValue ? new PageLinks(_service, _brand, request.PathBase.ToUriComponent()) : this;

    public string Account { get; }

    public string Login => $"{Account}/login";

    public string SecondFactor => $"{Account}/login/code";

    public string Register => $"{Account}/register";

    public string Password => $"{Account}/password";

    public string Forgot => $"{Account}/forgot";

    public string Reset => $"{Account}/reset";

    public string Logout => $"{Account}/logout";

    public string LogoutAll => $"{Account}/logout/all";

    public string Style => $"{Account}/style.css?v={_brand.Style.Version}";

    public string Logo => $"{Account}/logo?v={_brand.Logo.Version}";

    public string Device(Guid id) => $"{Account}/devices/{id:D}";

    public string EndDevice(Guid id) => $"{Device(id)}/end";

    /// <summary>The login page, which then returns to this address.</summary>
    public string LoginFor(string returnTo) => With(Login, returnTo);

    /// <summary>A page with the address to return to.</summary>
    public string With(string page, string returnTo) =>
        returnTo == Account ? page : $"{page}?return={Uri.EscapeDataString(returnTo)}";

    /// <summary>
    /// The address to return to after the login, if it is a path of this service; otherwise the account. Without this
    /// check, a link that begins at a trusted login page could end at a malicious page.
    /// </summary>
    public string ReturnTo(string? wanted) => wanted is not null && IsOwn(wanted) ? wanted : Account;

    // "//host" and "/\host" lead to another host, and dots lead out of the base path. In a query they are harmless.
    bool IsOwn(string path) =>
        path.Length <= MaxReturn
        && path.StartsWith(_base, StringComparison.Ordinal)
        && !path.StartsWith("//", StringComparison.Ordinal)
        && path.All(letter => letter is > ' ' and < '\x7f' and not '\\')
        && !HasDots(WithoutQuery(path));

    static ReadOnlySpan<char> WithoutQuery(ReadOnlySpan<char> path) =>
        path.IndexOfAny('?', '#') is >= 0 and var end ? path[..end] : path;

    static bool HasDots(ReadOnlySpan<char> path) =>
        path.Contains("..", StringComparison.Ordinal) || path.Contains("%2e", StringComparison.OrdinalIgnoreCase);
}

using Handstamp.Server.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace Handstamp.Server.Sessions;

/// <summary>The section <c>Cookie</c>.</summary>
sealed class RefreshCookieOptions
{
    /// <summary>The sites whose pages can make the browser send it.</summary>
    public CookieSite SameSite { get; set; } = CookieSite.Strict;

    /// <summary>Only if several hosts are the service. If omitted, the cookie belongs only to this host.</summary>
    public string? Domain { get; set; }
}

enum CookieSite { Strict, Lax, None }

sealed class RefreshCookieOptionsValidator : IValidateOptions<RefreshCookieOptions>
{
    public ValidateOptionsResult Validate(string? name, RefreshCookieOptions options) =>
        options.Domain is null || Uri.CheckHostName(options.Domain.TrimStart('.')) == UriHostNameType.Dns
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Cookie:Domain is '{options.Domain}'; it has to be a host name such as example.com.");
}

/// <summary>The cookie that carries a refresh token only to <c>/refresh</c>: a browser sends it nowhere else.</summary>
sealed class RefreshCookie(
    IOptions<RefreshCookieOptions> options, IOptions<HandstampOptions> service, IHostEnvironment environment)
    : TokenCookie(
        "handstamp", "/refresh", SessionTransport.Cookie, Enum.Parse<SameSiteMode>(options.Value.SameSite.ToString()),
        service.Value, environment)
{
    protected override string? Domain { get; } = options.Value.Domain;
}

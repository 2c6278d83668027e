using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Http;

/// <summary>The section <c>Cors</c>.</summary>
sealed class CorsSettings
{
    /// <summary>Origins whose pages may call this service, with credentials: <c>https://app.example.com</c>.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; set; } = [];
}

sealed class CorsSettingsValidator : IValidateOptions<CorsSettings>
{
    public ValidateOptionsResult Validate(string? name, CorsSettings options)
    {
        var faults = options.AllowedOrigins.Where(origin => !IsOrigin(origin)).Select(origin =>
            $"Cors:AllowedOrigins contains '{origin}'; an origin is a scheme and a host, such as https://app.example.com.").ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>Whether it is what a browser sends as <c>Origin</c>: a scheme and a host, and nothing else.</summary>
    internal static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority) == text && uri.UserInfo.Length == 0;
}

/// <summary>
/// Whether a page may use what the browser adds by itself (a cookie). <c>Sec-Fetch-Site</c> and <c>Origin</c> reveal
/// cross-site request forgery, which is refused. A caller that is not a browser sends neither, and has no cookie that
/// is added automatically.
/// </summary>
sealed class BrowserOrigin(IOptions<HandstampOptions> service, IOptions<CorsSettings> cors)
{
    public bool MayUseCookie(HttpRequest request) => IsOwn(request) || IsAllowed(request.Headers.Origin.ToString());

    /// <summary>Whether the request comes from a page of the service itself, or from the address bar.</summary>
    public bool IsOwn(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return request.Headers["Sec-Fetch-Site"].ToString() switch
        {
            "same-origin" or "none" => true,
            "" => origin.Length == 0 || origin == service.Value.Origin,
            _ => false,
        };
    }

    public bool IsAllowed(string origin) => cors.Value.AllowedOrigins.Contains(origin, StringComparer.Ordinal);
}

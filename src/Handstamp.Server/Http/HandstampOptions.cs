using System.Buffers;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Http;

/// <summary>The settings without a section: the identity of this service.</summary>
sealed class HandstampOptions
{
    /// <summary>
    /// The <c>iss</c> of every token, and the base of every advertised address. Default: the first of <c>--urls</c>.
    /// </summary>
    public string Issuer { get; set; } = "";

    /// <summary>The path under which all routes are.</summary>
    public string BasePath { get; set; } = "/";

    /// <summary>
    /// The APIs that access tokens can be for, as named by their <c>aud</c>; the first is the default.
    /// </summary>
    public IReadOnlyList<string> Audiences { get; set; } = [];

    /// <summary>Replaced by <see cref="Audiences"/>: a list of one.</summary>
    public string? Audience { get; set; }

    public IReadOnlyList<string> DeclaredAudiences => Audience is null ? Audiences : [Audience];

    /// <summary>
    /// The audiences of access tokens, the default first. The service is always one of them, by its issuer.
    /// </summary>
    public IReadOnlyList<string> TokenAudiences => [.. DeclaredAudiences, Issuer];

    /// <summary>What an access token has to meet when the service itself is called.</summary>
    public AccessTokenRules OwnTokenRules => new() { Issuer = Issuer, Audiences = [Issuer] };

    /// <summary>What every access token of this service has to meet.</summary>
    public AccessTokenRules TokenRules => new() { Issuer = Issuer, Audiences = TokenAudiences };

    public bool IsHttps => Issuer.StartsWith("https://", StringComparison.Ordinal);

    /// <summary>The origin (RFC 6454) that a browser sends when a page of this service calls.</summary>
    public string Origin => new Uri(Issuer).GetLeftPart(UriPartial.Authority);

    /// <summary>
    /// Whether the requested resource is an audience of this service (RFC 8707 §2), if the request names one: compared
    /// byte by byte, as APIs compare their <c>aud</c>.
    /// </summary>
    public bool Serves(string? resource) => resource is null || TokenAudiences.Contains(resource, StringComparer.Ordinal);

    /// <summary>The path of a route, with the base path in front of it.</summary>
    public string PathOf(string route) => string.Concat(BasePath.AsSpan().TrimEnd('/'), route);

    /// <summary>
    /// The same as callers see it: an app that hosts the service can have a path in front of it too (UsePathBase).
    /// </summary>
    public string PathOf(HttpRequest request, string route) => request.PathBase.ToUriComponent() + PathOf(route);

    /// <summary>A name that is different for each service under another path of this host.</summary>
    public string NameOnHost(PathString before, string name) =>
        (before + PathOf("")).Trim('/') is { Length: > 0 } path ? $"{name}-{Uri.EscapeDataString(path)}" : name;
}

sealed class HandstampOptionsValidator(IHostEnvironment environment) : IValidateOptions<HandstampOptions>
{
    // It is in every token.
    const int MaxAudience = 256;

    static readonly SearchValues<char> NotInPath = SearchValues.Create("?#{}* ");

    public ValidateOptionsResult Validate(string? name, HandstampOptions options)
    {
        var faults = new List<string>();
        if (!IsIssuer(options.Issuer))
            faults.Add($"Issuer {Shown(options.Issuer)}has to be an http or https address without user, query, fragment and "
                + "trailing slash, such as https://auth.example.com.");
        if (FaultOfBasePath(options.BasePath) is { } fault) faults.Add(fault);
        faults.AddRange(AudienceFaults(options));
        if (environment.IsDevelopment() && IsIssuer(options.Issuer) && !new Uri(options.Issuer).IsLoopback)
            faults.Add($"Issuer is {options.Issuer}, but the service runs in development mode, which relaxes security rules. "
                + "Run it in production mode, or use a localhost address.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    public static string? FaultOfBasePath(string path) => !path.StartsWith('/') || path.AsSpan().ContainsAny(NotInPath)
        ? $"BasePath is '{path}'; it has to be a path such as / or /auth."
        : null;

    static IEnumerable<string> AudienceFaults(HandstampOptions options)
    {
        if (options is { Audience: not null, Audiences.Count: > 0 })
            yield return "Audience and Audiences are both set. Use only Audiences, which has replaced Audience.";
        var names = options.DeclaredAudiences;
        if (names.Any(string.IsNullOrWhiteSpace))
            yield return "Audiences contains an empty name. Omit Audiences if tokens are only for the service.";
        if (names.Any(name => name.Length > MaxAudience))
            yield return $"Audiences contains a name of more than {MaxAudience} characters.";
        if (names.Distinct(StringComparer.Ordinal).Count() < names.Count)
            yield return "Audiences contains a name twice.";
        if (names.Contains(options.Issuer, StringComparer.Ordinal))
            yield return "Audiences contains the issuer. An API that accepts tokens for the issuer can manage accounts with them. "
                + "List only the APIs. Clients can always request tokens for the service.";
    }

    // What stands before an @ may be a password.
    static string Shown(string issuer) => issuer.Contains('@', StringComparison.Ordinal) ? "" : $"is '{issuer}'; it ";

    static bool IsIssuer(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri is { Query: "", Fragment: "", UserInfo: "" }
        && !issuer.EndsWith('/');
}

using System.Buffers;
using Handstamp.Tokens;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Http;

/// <summary>The settings that have no section: who this service is.</summary>
sealed class HandstampOptions
{
    /// <summary>
    /// The <c>iss</c> of every token, and the base of every advertised address. Default: the first of <c>--urls</c>.
    /// </summary>
    public string Issuer { get; set; } = "";

    /// <summary>The path under which all routes live.</summary>
    public string BasePath { get; set; } = "/";

    /// <summary>The default <c>aud</c> of access tokens. Default: the issuer.</summary>
    public string? Audience { get; set; }

    public string EffectiveAudience => Audience ?? Issuer;

    /// <summary>What an access token of this service has to hold to.</summary>
    public AccessTokenRules AccessTokenRules => new() { Issuer = Issuer, Audiences = [EffectiveAudience] };

    public bool IsHttps => Issuer.StartsWith("https://", StringComparison.Ordinal);

    /// <summary>The origin (RFC 6454) that a browser names when a page of this service calls.</summary>
    public string Origin => new Uri(Issuer).GetLeftPart(UriPartial.Authority);

    /// <summary>The path of a route with the base path before it.</summary>
    public string PathOf(string route) => string.Concat(BasePath.AsSpan().TrimEnd('/'), route);

    /// <summary>A name that no service under another base path of this host has.</summary>
    public string NameOnHost(string name) =>
        BasePath.Trim('/') is { Length: > 0 } path ? $"{name}-{Uri.EscapeDataString(path)}" : name;
}

sealed class HandstampOptionsValidator(IHostEnvironment environment) : IValidateOptions<HandstampOptions>
{
    static readonly SearchValues<char> NotInPath = SearchValues.Create("?#{}* ");

    public ValidateOptionsResult Validate(string? name, HandstampOptions options)
    {
        var faults = new List<string>();
        if (!IsIssuer(options.Issuer))
            faults.Add($"Issuer is '{options.Issuer}'; it has to be an http or https address without query, fragment and "
                + "trailing slash, such as https://auth.example.com.");
        if (!options.BasePath.StartsWith('/') || options.BasePath.AsSpan().ContainsAny(NotInPath))
            faults.Add($"BasePath is '{options.BasePath}'; it has to be a path such as / or /auth.");
        if (options.Audience is { Length: 0 })
            faults.Add("Audience is empty; leave it out to use the issuer.");
        if (environment.IsDevelopment() && IsIssuer(options.Issuer) && !new Uri(options.Issuer).IsLoopback)
            faults.Add($"Issuer is {options.Issuer}, and this is development mode, which relaxes rules that protect "
                + "people. Run in production mode, or use a localhost address.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    static bool IsIssuer(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri is { Query: "", Fragment: "", UserInfo: "" }
        && !issuer.EndsWith('/');
}

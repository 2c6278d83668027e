using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Http;

/// <summary>Which pages may use a cookie, by what their browser says.</summary>
public sealed class BrowserOriginTests
{
    readonly BrowserOrigin _origins = new(
        Options.Create(new HandstampOptions { Issuer = "https://auth.example.com/id" }),
        Options.Create(new CorsSettings { AllowedOrigins = ["https://app.example.com"] }));

    static HttpRequest Request(string? site, string? origin)
    {
        var request = new DefaultHttpContext().Request;
        if (site is not null) request.Headers["Sec-Fetch-Site"] = site;
        if (origin is not null) request.Headers.Origin = origin;
        return request;
    }

    [Theory]
    [InlineData("same-origin", null, true)]
    [InlineData("same-origin", "https://auth.example.com", true)]
    [InlineData("none", null, true)]
    [InlineData("same-site", null, false)]
    [InlineData("same-site", "https://auth.example.com", false)]
    [InlineData("cross-site", null, false)]
    [InlineData("something new", null, false)]
    [InlineData(null, null, true)]
    [InlineData(null, "https://auth.example.com", true)]
    [InlineData(null, "https://other.example.com", false)]
    [InlineData(null, "null", false)]
    public void A_page_of_the_service_is_told_from_others(string? site, string? origin, bool isOwn)
    {
        Assert.Equal(isOwn, _origins.IsOwn(Request(site, origin)));
        Assert.Equal(isOwn, _origins.MayUseCookie(Request(site, origin)));
    }

    [Theory]
    [InlineData("cross-site", "https://app.example.com", true)]
    [InlineData("same-site", "https://app.example.com", true)]
    [InlineData(null, "https://app.example.com", true)]
    [InlineData("cross-site", "https://APP.example.com", false)]
    [InlineData("cross-site", "https://app.example.com.evil.example", false)]
    public void A_page_of_an_allowed_origin_may_use_a_cookie_and_is_no_page_of_the_service(string? site, string origin, bool may)
    {
        Assert.False(_origins.IsOwn(Request(site, origin)));
        Assert.Equal(may, _origins.MayUseCookie(Request(site, origin)));
    }

    [Theory]
    [InlineData("https://app.example.com", true)]
    [InlineData("http://localhost:5173", true)]
    [InlineData("https://app.example.com/", false)]
    [InlineData("https://app.example.com/path", false)]
    [InlineData("https://ada@app.example.com", false)]
    [InlineData("app.example.com", false)]
    [InlineData("*", false)]
    [InlineData("", false)]
    public void An_allowed_origin_is_a_scheme_and_a_host(string origin, bool isValid)
    {
        var result = new CorsSettingsValidator().Validate(null, new CorsSettings { AllowedOrigins = ["https://a.example", origin] });

        Assert.Equal(
            isValid ? null : $"Cors:AllowedOrigins contains '{origin}'; an origin is a scheme and a host, such as https://app.example.com.",
            result.FailureMessage);
        Assert.Equal(isValid, result.Succeeded);
    }
}

using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting.Internal;
using Xunit;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace Handstamp.Server.Tests.Http;

/// <summary>The name, the attributes and the reading of a cookie of the service.</summary>
public sealed class ServiceCookieTests
{
    sealed class Cookie(
        string? route = null, SameSiteMode site = SameSiteMode.Strict, string issuer = "https://auth.example.com", string environment = "Production",
        string basePath = "/", string? domain = null)
        : ServiceCookie("name", route, new HandstampOptions { Issuer = issuer, BasePath = basePath }, new HostingEnvironment { EnvironmentName = environment })
    {
        protected override SameSiteMode SameSite => site;

        protected override string? Domain => domain;

        public string Set(TimeSpan? life = null, string before = "")
        {
            var context = new DefaultHttpContext();
            context.Request.PathBase = before;
            Append(context.Response, "value", life);
            return context.Response.Headers.SetCookie.ToString();
        }

        public string[] Read(params string[] headers)
        {
            var request = new DefaultHttpContext().Request;
            request.Headers.Cookie = headers;
            Assert.Equal(Values(request).Any(), IsOn(request));
            return [.. Values(request)];
        }
    }

    [Fact]
    public void Without_a_route_it_is_for_this_host_alone() =>
        Assert.Equal("__Host-name=value; path=/; secure; samesite=strict; httponly", new Cookie().Set());

    [Fact]
    public void With_a_route_it_is_for_that_path_and_lasts_as_long_as_it_should() => Assert.Equal(
        "__Secure-name=value; max-age=60; path=/refresh; secure; samesite=lax; httponly",
        new Cookie("/refresh", SameSiteMode.Lax).Set(TimeSpan.FromMinutes(1)));

    [Fact]
    public void Its_domain_is_that_of_the_settings() => Assert.Equal(
        "__Secure-name=value; domain=example.com; path=/refresh; secure; samesite=strict; httponly",
        new Cookie("/refresh", domain: "example.com").Set());

    [Fact]
    public void For_pages_of_other_sites_each_of_them_has_its_own() =>
        Assert.Equal("__Host-name=value; path=/; secure; samesite=none; httponly; Partitioned", new Cookie(site: SameSiteMode.None).Set());

    [Theory]
    [InlineData("Development", "http://localhost:5000", "name=value; path=/; samesite=strict; httponly")]
    [InlineData("Development", "https://localhost:5001", "__Host-name=value; path=/; secure; samesite=strict; httponly")]
    [InlineData("Production", "http://auth.example.com", "__Host-name=value; path=/; secure; samesite=strict; httponly")]
    public void Only_on_plain_http_in_development_it_has_no_prefix(string environment, string issuer, string header) =>
        Assert.Equal(header, new Cookie(issuer: issuer, environment: environment).Set());

    [Fact]
    public void Services_under_other_paths_of_a_host_have_other_names_or_paths()
    {
        Assert.StartsWith("__Host-name-auth=value; path=/;", new Cookie(basePath: "/auth").Set(), StringComparison.Ordinal);
        Assert.StartsWith("__Host-name-sub%2Fauth=value; path=/;", new Cookie(basePath: "/auth").Set(before: "/sub"), StringComparison.Ordinal);
        Assert.StartsWith("__Secure-name=value; path=/sub/auth/refresh;", new Cookie("/refresh", basePath: "/auth").Set(before: "/sub"), StringComparison.Ordinal);
    }

    [Fact]
    public void All_values_are_read_and_only_by_the_whole_name()
    {
        Assert.Equal(["a", "b=c", ""], new Cookie().Read("x=1; __Host-name=a;\t__Host-name=b=c", "__Host-name="));
        Assert.Empty(new Cookie().Read());
        Assert.Equal(["a"], new Cookie().Read(null!, "__Host-name=a"));
        Assert.Empty(new Cookie().Read("__host-name=a; __Host-names=b; __Host-name; x__Host-name=c; \u00a0__Host-name=d"));
    }
}

using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting.Internal;
using Xunit;

namespace Handstamp.Server.Tests.Http;

/// <summary>The settings of the service's identity.</summary>
public sealed class HandstampOptionsTests
{
    const string Issuer = "https://auth.example.com";

    static IEnumerable<string> Faults(HandstampOptions options, string environment = "Production") =>
        new HandstampOptionsValidator(new HostingEnvironment { EnvironmentName = environment }).Validate(null, options).Failures ?? [];

    [Theory]
    [InlineData("https://auth.example.com", true)]
    [InlineData("http://127.0.0.1:5000", true)]
    [InlineData("https://auth.example.com/id", true)]
    [InlineData("https://auth.example.com/", false)]
    [InlineData("ftp://auth.example.com", false)]
    [InlineData("auth.example.com", false)]
    [InlineData("https://auth.example.com?a=b", false)]
    [InlineData("https://auth.example.com#a", false)]
    [InlineData("", false)]
    public void An_issuer_is_an_address_without_a_rest(string issuer, bool isValid) => Assert.Equal(
        isValid ? [] : [$"Issuer is '{issuer}'; it has to be an http or https address without user, query, fragment and trailing slash, such as {Issuer}."],
        Faults(new HandstampOptions { Issuer = issuer }));

    [Fact]
    public void A_service_without_an_issuer_is_refused() => Assert.Equal(Faults(new HandstampOptions { Issuer = "" }), Faults(new HandstampOptions()));

    [Fact]
    public void An_issuer_that_may_hold_a_password_is_not_repeated() => Assert.Equal(
        [$"Issuer has to be an http or https address without user, query, fragment and trailing slash, such as {Issuer}."],
        Faults(new HandstampOptions { Issuer = "https://me:secret@auth.example.com" }));

    [Theory]
    [InlineData("Development", "http://localhost:5000", true)]
    [InlineData("Development", "https://auth.example.com", false)]
    [InlineData("Production", "https://auth.example.com", true)]
    public void Development_mode_is_for_this_machine(string environment, string issuer, bool isValid) => Assert.Equal(
        isValid ? [] : [$"Issuer is {issuer}, but the service runs in development mode, which relaxes security rules. Run it in production mode, or use a localhost address."],
        Faults(new HandstampOptions { Issuer = issuer }, environment));

    [Theory]
    [InlineData("/", true)]
    [InlineData("/auth", true)]
    [InlineData("auth", false)]
    [InlineData("", false)]
    [InlineData("/a?b", false)]
    [InlineData("/a#b", false)]
    [InlineData("/{a}", false)]
    [InlineData("/*", false)]
    [InlineData("/a b", false)]
    public void A_base_path_begins_with_a_slash_and_is_no_pattern(string path, bool isValid) => Assert.Equal(
        isValid ? [] : [$"BasePath is '{path}'; it has to be a path such as / or /auth."],
        Faults(new HandstampOptions { Issuer = Issuer, BasePath = path }));

    [Fact]
    public void Audiences_are_different_names_of_a_limited_length_and_not_the_issuer()
    {
        Assert.Empty(Faults(With("orders", new string('a', 256))));
        Assert.Empty(Faults(new() { Issuer = Issuer, Audience = "orders" }));
        Assert.Equal(["Audiences contains a name of more than 256 characters."], Faults(With(new string('a', 257))));
        Assert.Equal(["Audiences contains a name twice."], Faults(With("orders", "orders")));
        Assert.Empty(Faults(With("orders", "Orders")));
        Assert.Equal(["Audiences contains an empty name. Omit Audiences if tokens are only for the service."], Faults(With("orders", " ")));
        Assert.Equal(
            ["Audiences contains the issuer. An API that accepts tokens for the issuer can manage accounts with them. List only the APIs. "
                + "Clients can always request tokens for the service."],
            Faults(With(Issuer)));
        Assert.Equal(
            ["Audience and Audiences are both set. Use only Audiences, which has replaced Audience."],
            Faults(new() { Issuer = Issuer, Audience = "orders", Audiences = ["orders"] }));
    }

    static HandstampOptions With(params string[] audiences) => new() { Issuer = Issuer, Audiences = audiences };

    [Fact]
    public void The_service_is_the_last_audience_and_serves_each_of_them_by_its_exact_name()
    {
        var options = With("orders", "billing");

        Assert.Equal(["orders", "billing", Issuer], options.TokenAudiences);
        Assert.Equal(["orders", Issuer], new HandstampOptions { Issuer = Issuer, Audience = "orders" }.TokenAudiences);
        Assert.Equal([Issuer], options.OwnTokenRules.Audiences);
        Assert.Equal(options.TokenAudiences, options.TokenRules.Audiences);
        Assert.Equal((Issuer, Issuer), (options.OwnTokenRules.Issuer, options.TokenRules.Issuer));
        Assert.Equal(
            [true, true, true, false, false],
            new[] { null, "billing", Issuer, "Billing", "" }.Select(options.Serves));
    }

    [Theory]
    [InlineData("https://auth.example.com:8443/id", true, "https://auth.example.com:8443")]
    [InlineData("http://localhost:5000", false, "http://localhost:5000")]
    public void The_issuer_has_an_origin(string issuer, bool isHttps, string origin)
    {
        var options = new HandstampOptions { Issuer = issuer };

        Assert.Equal((isHttps, origin), (options.IsHttps, options.Origin));
    }

    [Theory]
    [InlineData("/", "", "/login", "handstamp")]
    [InlineData("/auth", "", "/auth/login", "handstamp-auth")]
    [InlineData("/auth/", "", "/auth/login", "handstamp-auth")]
    [InlineData("/auth", "/sub", "/sub/auth/login", "handstamp-sub%2Fauth")]
    [InlineData("/", "/sub", "/sub/login", "handstamp-sub")]
    public void A_route_and_a_name_show_the_path_of_the_service(string basePath, string before, string route, string name)
    {
        var options = new HandstampOptions { BasePath = basePath };
        var request = new DefaultHttpContext().Request;
        request.PathBase = before;

        Assert.Equal((route, name), (options.PathOf(request, "/login"), options.NameOnHost(request.PathBase, "handstamp")));
    }
}

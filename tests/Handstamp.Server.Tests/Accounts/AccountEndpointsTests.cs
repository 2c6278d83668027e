using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>All routes of the accounts, by what they require of their callers. This starts and opens nothing.</summary>
public sealed class AccountEndpointsTests
{
    static readonly IReadOnlyList<RouteEndpoint> Routes = Read();

    [Fact]
    public void Nobody_has_to_be_logged_in_to_get_an_account_or_to_answer_a_mail() => AssertAre(
        [
            "POST /register", "POST /invitations/accept",
            "POST /password/forgot", "POST /password/reset",
            "POST /email/verify", "POST /email/resend", "POST /email/change/confirm", "POST /email/change/undo",
            "POST /me/restore",
            "GET /.well-known/assetlinks.json", "GET /.well-known/apple-app-site-association", "GET /.well-known/webauthn",
        ],
        route => !Requires<CallerDemand>(route) && !Requires<RecentLoginDemand>(route));

    [Fact]
    public void The_first_party_shows_and_changes_the_own_account() => AssertAre(
        [
            "POST /terms/accept",
            "GET /me", "PATCH /me", "GET /me/activity",
            "GET /mfa",
            "GET /passkeys", "POST /passkeys", "PATCH /passkeys/{id}",
        ],
        route => IsOfFirstParty(route) && !Requires<RecentLoginDemand>(route));

    [Fact]
    public void What_a_borrowed_device_must_not_do_needs_a_recent_login_too() => AssertAre(
        [
            "POST /email/change", "POST /username/change",
            "GET /me/export",
            "POST /mfa/totp", "POST /mfa/totp/confirm", "POST /mfa/recovery-codes", "DELETE /mfa/{id}",
            "POST /passkeys/options", "DELETE /passkeys/{id}",
        ],
        route => IsOfFirstParty(route) && Requires<RecentLoginDemand>(route));

    static void AssertAre(string[] expected, Func<RouteEndpoint, bool> which) => Assert.Equal(
        expected.Order(StringComparer.Ordinal), Routes.Where(which).Select(NameOf).Order(StringComparer.Ordinal));

    static string NameOf(RouteEndpoint route) =>
        $"{Assert.Single(route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods)} {route.RoutePattern.RawText}";

    static bool IsOfFirstParty(RouteEndpoint route) => route.Metadata.GetMetadata<CallerDemand>() == CallerDemand.FirstParty;

    static bool Requires<T>(RouteEndpoint route) where T : class => route.Metadata.GetMetadata<T>() is not null;

    static List<RouteEndpoint> Read()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([new("Issuer", HandstampApp.Issuer)]);
        builder.Services.AddHandstamp(builder.Configuration);
        builder.Services.AddHandstampSqlite("Data Source=not-opened.db");
        using var app = builder.Build();
        app.MapAccounts();
        return [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).Cast<RouteEndpoint>()];
    }
}

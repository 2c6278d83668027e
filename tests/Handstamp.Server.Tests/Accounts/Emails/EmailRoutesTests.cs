using System.Net;
using System.Text.Json;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>The bodies that the routes take.</summary>
public sealed class EmailRoutesTests
{
    const string NeedsOne = "Send either the member 'token', or the members 'email' and 'code'.";

    [Theory]
    [InlineData("""{"token":"hss_x","email":"ada@example.com"}""")]
    [InlineData("""{"token":"hss_x","email":"ada@example.com","code":"123456"}""")]
    [InlineData("""{"email":"ada@example.com"}""")]
    [InlineData("""{"code":"123456"}""")]
    [InlineData("{}")]
    public async Task A_proof_is_a_link_or_a_code_with_its_address(string body)
    {
        await using var app = await HandstampApp.StartAsync();

        foreach (var route in new[] { "/email/verify", "/email/change/confirm" })
            Assert.Equal(NeedsOne, (await RefusedAsync(app, route, body, HttpStatusCode.BadRequest, "invalid_request")).Detail);
    }

    [Theory]
    [InlineData("/email/resend")]
    [InlineData("/password/forgot")]
    public async Task Without_mails_it_is_not_asked_for_what(string route)
    {
        await using var app = await HandstampApp.StartAsync();

        await RefusedAsync(app, route, "{}", HttpStatusCode.Forbidden, "mail_not_configured");
    }

    [Fact]
    public async Task Without_mails_no_change_is_requested()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();

        using var answer = await app.PostAsync("/email/change", new { }, tokens.AccessToken);

        await AccountService.RefusedAsync(answer, HttpStatusCode.Forbidden, "mail_not_configured");
    }

    [Theory]
    [InlineData("/email/resend")]
    [InlineData("/password/forgot")]
    public async Task What_is_no_address_is_refused_in_a_sentence(string route)
    {
        await using var email = await EmailApp.StartAsync();

        var problem = await email.RefusedAsync(route, new { email = "ada" }, HttpStatusCode.BadRequest, "invalid_request");

        Assert.Equal("This is not a valid e-mail address.", problem.Detail);
    }

    static async Task<ProblemAnswer> RefusedAsync(HandstampApp app, string route, string body, HttpStatusCode status, string code)
    {
        using var answer = await app.PostAsync(route, JsonSerializer.Deserialize<JsonElement>(body));
        return await AccountService.RefusedAsync(answer, status, code);
    }
}

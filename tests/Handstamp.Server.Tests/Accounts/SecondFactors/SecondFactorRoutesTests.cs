using System.Net;
using System.Text;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Tests.SignIn;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

/// <summary>What the routes of the account's own factors answer, member by member.</summary>
public sealed class SecondFactorRoutesTests
{
    [Fact]
    public async Task The_list_says_of_each_app_what_it_is_when_it_was_added_and_when_it_was_used()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:SecondFactorRoles:0"] = "admin" });
        var ada = new Person(app);
        var tokens = await app.RegisterAndLoginAsync();
        await ada.EnrolAsync(tokens, "Phone");
        var added = app.Clock.GetUtcNow();
        await ada.LoginAsync(ada.NextCode());
        var used = app.Clock.GetUtcNow();

        var before = await ListAsync(app, tokens);
        var accounts = app.Get<AccountOperations>();
        await accounts.SetRolesAsync((await accounts.FindAsync(HandstampApp.Email, default))!, ["admin"]);
        var after = await ListAsync(app, await ada.LoginAsync(ada.NextCode()));

        var factor = Assert.Single(before.GetProperty("factors").EnumerateArray());
        Assert.Equal(ada.AppId, factor.GetProperty("id").GetGuid());
        Assert.Equal(("totp", "Phone"), (factor.GetProperty("kind").GetString(), factor.GetProperty("name").GetString()));
        Assert.Equal(added, factor.GetProperty("created_at").GetDateTimeOffset());
        Assert.Equal(used, factor.GetProperty("last_used_at").GetDateTimeOffset());
        Assert.Equal(5, factor.EnumerateObject().Count());
        Assert.False(before.GetProperty("required").GetBoolean());
        Assert.True(after.GetProperty("required").GetBoolean());
    }

    [Fact]
    public async Task An_id_has_one_form_in_a_path()
    {
        await using var app = await HandstampApp.StartAsync();
        var ada = new Person(app);
        var tokens = await app.RegisterAndLoginAsync();
        await ada.EnrolAsync(tokens);

        foreach (var id in new[] { ada.AppId.ToString("N"), "nonsense" })
        {
            using var refused = await app.SendAsync(HttpMethod.Delete, $"/mfa/{id}", accessToken: tokens.AccessToken);
            var problem = await ProblemAnswer.ReadAsync(refused);
            Assert.Equal((404, "factor_not_found"), (problem.Status, problem.Code));
        }
        using var removed = await app.SendAsync(HttpMethod.Delete, $"/mfa/{ada.AppId}", accessToken: tokens.AccessToken);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"code":null}""")]
    [InlineData("""{"code":7}""")]
    [InlineData("""{"code":"123456","code":"123456"}""")]
    [InlineData("""{"code":"123456","nam":"Phone"}""")]
    public async Task A_body_is_read_strictly(string body)
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();
        using var begun = await app.PostAsync("/mfa/totp", new { }, tokens.AccessToken);
        begun.EnsureSuccessStatusCode();

        using var answer = await app.SendAsync(HttpMethod.Post, "/mfa/totp/confirm", accessToken: tokens.AccessToken, change: request =>
            request.Content = new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal("invalid_request", (await ProblemAnswer.ReadAsync(answer)).Code);
    }

    static async Task<JsonElement> ListAsync(HandstampApp app, TokenSet tokens)
    {
        using var answer = await app.SendAsync(HttpMethod.Get, "/mfa", accessToken: tokens.AccessToken);
        return await Person.ReadAsync(answer);
    }
}

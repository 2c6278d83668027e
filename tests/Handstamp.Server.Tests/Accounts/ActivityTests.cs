using System.Net;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Activity;
using Handstamp.Server.Audit;
using Handstamp.Server.Tests.SignIn;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>What owners see of the audit trail, and the copy of their data.</summary>
public sealed class ActivityTests
{
    [Fact]
    public async Task Owners_see_what_happened_to_their_own_account_newest_first()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync("bob@example.com");
        await app.LoginAsync("bob@example.com");
        var tokens = await app.RegisterAndLoginAsync();
        using var renamed = await app.SendAsync(HttpMethod.Patch, $"/sessions/{tokens.SessionId:D}", new { device_name = "phone" }, tokens.AccessToken);

        var page = await ReadAsync(app, tokens);

        Assert.Equal(["session.renamed", "session.begun", "account.added"], Kinds(page));
        Assert.False(page.TryGetProperty("next", out _));
        var login = page.GetProperty("activity")[1];
        Assert.Equal(("owner", "127.0.0.1", tokens.SessionId), (
            login.GetProperty("by").GetString(), login.GetProperty("ip_address").GetString(), login.GetProperty("session_id").GetGuid()));
    }

    [Fact]
    public async Task The_address_of_a_stranger_whose_attempt_was_refused_is_not_shown()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();
        for (var attempt = 0; attempt < 3; attempt++)
            using (await app.PostAsync("/login", new { email = HandstampApp.Email, password = "a wrong sentence" })) { }
        await app.Get<RefusalTally>().WriteAsync();

        var refused = (await ReadAsync(app, tokens)).GetProperty("activity")[0];

        Assert.Equal(("login.refused", "unknown", 3), (
            refused.GetProperty("kind").GetString(), refused.GetProperty("by").GetString(), refused.GetProperty("count").GetInt32()));
        Assert.False(refused.TryGetProperty("ip_address", out _));
        Assert.False(refused.TryGetProperty("user_agent", out _));
    }

    [Fact]
    public async Task What_an_operator_does_is_shown_without_the_name_and_the_address_of_the_operator()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();
        var accounts = app.Get<AccountOperations>();
        var by = new Origin(new Actor(ActorKind.Operator, "olga"), IPAddress.Parse("192.0.2.99"), "olgas browser");
        await accounts.SetRolesAsync((await accounts.FindAsync(HandstampApp.Email, default))!, ["admin"], by);

        var page = await ReadAsync(app, tokens);

        Assert.Equal("operator", page.GetProperty("activity")[0].GetProperty("by").GetString());
        Assert.DoesNotContain("olga", page.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.99", page.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pages_follow_each_other_until_the_last_one()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();
        for (var login = 0; login < 4; login++) await app.LoginAsync();
        var all = Kinds(await ReadAsync(app, tokens));

        List<string> read = [];
        string? query = "?limit=2";
        while (query is not null)
        {
            var page = await ReadAsync(app, tokens, query);
            Assert.InRange(page.GetProperty("activity").GetArrayLength(), 0, 2);
            read.AddRange(Kinds(page));
            query = page.TryGetProperty("next", out var next) ? $"?limit=2&before={next.GetString()}" : null;
        }

        Assert.Equal(6, all.Length);
        Assert.Equal(all, read);
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=101")]
    [InlineData("?limit=-1")]
    [InlineData("?limit=9999999999999999999")]
    [InlineData("?limit=x")]
    [InlineData("?limit=1&limit=2")]
    [InlineData("?before=x")]
    [InlineData("?before=")]
    public async Task A_page_that_cannot_be_is_refused(string query)
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();

        using var answer = await app.SendAsync(HttpMethod.Get, $"/me/activity{query}", accessToken: tokens.AccessToken);

        await AccountService.RefusedAsync(answer, HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public void Every_kind_that_is_about_an_account_is_shown_or_left_out_on_purpose() => Assert.Equal(
        [
            EventKind.SessionLateRetry, EventKind.RegistrationRefused, EventKind.RegistrationThrottled, EventKind.ApiRefused,
            EventKind.AccountDeleted, EventKind.MailRetried,
            EventKind.KeyCreated, EventKind.KeyRotated, EventKind.KeyRevoked, EventKind.KeyDeleted, EventKind.KeyRewrapped,
            EventKind.ApiAdded, EventKind.ApiRemoved, EventKind.InvitationAdded, EventKind.InvitationWithdrawn, EventKind.PasswordsSealed,
        ],
        EventKinds.All.Except(ActivityOperations.Shown));

    [Fact]
    public async Task The_export_has_everything_about_the_account_and_no_secret()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync("bob@example.com");
        var tokens = await app.RegisterAndLoginAsync();
        var ada = new Person(app);
        await ada.EnrolAsync(tokens);

        using var answer = await ExportAsync(app, tokens);

        var text = await answer.Content.ReadAsStringAsync();
        var export = JsonDocument.Parse(text).RootElement;
        Assert.Equal("attachment; filename=\"account.json\"", answer.Content.Headers.ContentDisposition?.ToString());
        Assert.Equal(
            ["exported_at", "account", "second_factors", "passkeys", "activity", "sessions", "external_logins"],
            export.EnumerateObject().Select(member => member.Name));
        Assert.Equal(HandstampApp.Email, export.GetProperty("account").GetProperty("identifiers")[0].GetProperty("value").GetString());
        Assert.Single(export.GetProperty("second_factors").GetProperty("factors").EnumerateArray());
        Assert.Equal("factor.added", export.GetProperty("activity").EnumerateArray().Select(one => one.GetProperty("kind").GetString()).First(kind => kind != "account.exported"));
        Assert.Equal(tokens.SessionId, export.GetProperty("sessions")[0].GetProperty("id").GetGuid());
        foreach (var secret in new[] { "argon2", "security_stamp", "bob@example.com", tokens.RefreshToken!, OtpNet.Base32Encoding.ToString(ada.Secret) })
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_export_leaves_its_own_event_and_needs_a_recent_login()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();
        for (var export = 0; export < 2; export++)
            using (await ExportAsync(app, tokens)) { }
        app.Jump(TimeSpan.FromMinutes(11));
        tokens = await app.RefreshedAsync(tokens.RefreshToken!);

        using var late = await ExportAsync(app, tokens);

        await AccountService.RefusedAsync(late, HttpStatusCode.Unauthorized, "insufficient_user_authentication");
        var exported = await app.Get<EventReader>().ReadNewestAsync(new EventFilter { Kinds = [EventKind.AccountExported] }, 10, default);
        Assert.Equal([(1, tokens.SessionId), (1, tokens.SessionId)], exported.Select(one => (one.Count, one.SessionId!.Value)));
    }

    [Fact]
    public async Task An_account_is_exported_at_most_twenty_times_a_day()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();
        for (var export = 0; export < 20; export++)
            using (await ExportAsync(app, tokens)) { }

        using var refused = await ExportAsync(app, tokens);

        await AccountService.RefusedAsync(refused, HttpStatusCode.TooManyRequests, "too_many_requests");
    }

    static Task<HttpResponseMessage> ExportAsync(HandstampApp app, TokenSet tokens) =>
        app.SendAsync(HttpMethod.Get, "/me/export", accessToken: tokens.AccessToken);

    static async Task<JsonElement> ReadAsync(HandstampApp app, TokenSet tokens, string query = "")
    {
        using var answer = await app.SendAsync(HttpMethod.Get, $"/me/activity{query}", accessToken: tokens.AccessToken);
        return await Person.ReadAsync(answer);
    }

    static string[] Kinds(JsonElement page) => [.. page.GetProperty("activity").EnumerateArray().Select(one => one.GetProperty("kind").GetString()!)];
}

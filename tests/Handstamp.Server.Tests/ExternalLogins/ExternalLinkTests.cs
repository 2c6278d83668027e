using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Handstamp.Server.Audit;
using Xunit;

namespace Handstamp.Server.Tests.ExternalLogins;

/// <summary>A person adds providers to their account, and removes them.</summary>
public sealed class ExternalLinkTests
{
    static readonly Person Other = new("ada-elsewhere", "other@example.com");

    [Fact]
    public async Task Who_is_logged_in_adds_a_provider_and_logs_in_by_it()
    {
        await using var app = await ExternalApp.StartAsync();
        var tokens = await app.App.RegisterAndLoginAsync();

        using var linked = await app.LinkAsync(tokens.AccessToken);

        Assert.Equal(HttpStatusCode.Created, linked.StatusCode);
        var item = await linked.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(item.GetProperty("id").GetGuid(), Assert.Single(await app.ListAsync(tokens.AccessToken)).GetProperty("id").GetGuid());
        var login = await app.LoggedInAsync();
        Assert.Equal(Id(await app.MeAsync(tokens.AccessToken)), Id(await app.MeAsync(login.AccessToken)));
        var trail = (await app.App.Get<IEventStore>().ReadOnAsync(EventFilter.All, Guid.Empty, 100, default)).Events;
        Assert.Equal("corp", Assert.Single(trail, one => one.Kind == EventKind.ExternalLoginAdded).Detail);
    }

    [Fact]
    public async Task The_owner_is_told_what_was_added_and_removed()
    {
        using var folder = new Mail.MailFolder();
        await using var app = await ExternalApp.StartAsync(new(folder.Settings) { ["Accounts:Verification"] = "off" });
        var tokens = await app.App.RegisterAndLoginAsync();
        using var linked = await app.LinkAsync(tokens.AccessToken, Other);
        await UnlinkAsync(app, Id(Assert.Single(await app.ListAsync(tokens.AccessToken))), tokens);

        var subjects = (await folder.ReadAsync(HandstampApp.Email, count: 2)).Select(mail => mail.Subject).ToList();
        Assert.Contains(subjects, subject => subject!.Contains("added", StringComparison.Ordinal));
        Assert.Contains(subjects, subject => subject!.Contains("removed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task To_add_the_same_again_changes_nothing()
    {
        await using var app = await ExternalApp.StartAsync();
        var tokens = await app.App.RegisterAndLoginAsync();
        using var first = await app.LinkAsync(tokens.AccessToken);
        using var again = await app.LinkAsync(tokens.AccessToken);

        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Single(await app.ListAsync(tokens.AccessToken));
    }

    [Fact]
    public async Task A_person_at_a_provider_belongs_to_one_account()
    {
        await using var app = await ExternalApp.StartAsync();
        await app.LoggedInAsync(Other);
        var tokens = await app.App.RegisterAndLoginAsync();

        using var answer = await app.LinkAsync(tokens.AccessToken, Other);

        await ExternalApp.RefusedAsync(answer, HttpStatusCode.Conflict, "external_login_taken");
        Assert.Empty(await app.ListAsync(tokens.AccessToken));
    }

    [Fact]
    public async Task A_visit_ends_only_in_the_account_that_has_begun_it()
    {
        await using var app = await ExternalApp.StartAsync();
        var victim = await app.App.RegisterAndLoginAsync();
        var attacker = await app.LoggedInAsync(Other);
        var started = await app.StartLoginAsync(accessToken: attacker.AccessToken);
        var callback = app.Provider.Approve(started.Url!, new Person("mallory"));

        using var forced = await app.App.PostAsync("/external-logins", new { ceremony = started.Ceremony, callback_url = callback }, victim.AccessToken);

        await ExternalApp.RefusedAsync(forced, HttpStatusCode.Unauthorized, "external_login_failed");
        Assert.Empty(await app.ListAsync(victim.AccessToken));
        // And what was begun for a login adds nothing to an account.
        var login = await app.StartLoginAsync();
        using var mixed = await app.App.PostAsync(
            "/external-logins", new { ceremony = login.Ceremony, callback_url = app.Provider.Approve(login.Url!, ExternalApp.Ada) }, victim.AccessToken);
        await ExternalApp.RefusedAsync(mixed, HttpStatusCode.Unauthorized, "external_login_failed");
    }

    [Fact]
    public async Task The_last_way_to_log_in_stays()
    {
        await using var app = await ExternalApp.StartAsync();
        var tokens = await app.LoggedInAsync();
        var first = Id(Assert.Single(await app.ListAsync(tokens.AccessToken)));
        await ExternalApp.RefusedAsync(await UnlinkAsync(app, first, tokens), HttpStatusCode.Conflict, "last_login_method");

        using var second = await app.LinkAsync(tokens.AccessToken, Other);
        Assert.Equal(HttpStatusCode.NoContent, (await UnlinkAsync(app, first, tokens)).StatusCode);
        var last = Id(Assert.Single(await app.ListAsync(tokens.AccessToken)));
        await ExternalApp.RefusedAsync(await UnlinkAsync(app, last, tokens), HttpStatusCode.Conflict, "last_login_method");
    }

    [Fact]
    public async Task Who_has_a_password_removes_all_and_they_log_nobody_in_any_more()
    {
        await using var app = await ExternalApp.StartAsync();
        var tokens = await app.App.RegisterAndLoginAsync();
        using var linked = await app.LinkAsync(tokens.AccessToken, Other);
        var id = Id(Assert.Single(await app.ListAsync(tokens.AccessToken)));

        Assert.Equal(HttpStatusCode.NoContent, (await UnlinkAsync(app, id, tokens)).StatusCode);

        var stranger = await app.LoggedInAsync(Other);
        Assert.NotEqual(Id(await app.MeAsync(tokens.AccessToken)), Id(await app.MeAsync(stranger.AccessToken)));
        var trail = (await app.App.Get<IEventStore>().ReadOnAsync(EventFilter.All, Guid.Empty, 100, default)).Events;
        Assert.Single(trail, one => one.Kind == EventKind.ExternalLoginRemoved);
    }

    [Fact]
    public async Task Nobody_removes_what_another_account_has()
    {
        await using var app = await ExternalApp.StartAsync();
        var owner = await app.LoggedInAsync(Other);
        var id = Id(Assert.Single(await app.ListAsync(owner.AccessToken)));
        var tokens = await app.App.RegisterAndLoginAsync();

        foreach (var wanted in new[] { id.ToString(), Guid.NewGuid().ToString(), "1" })
            await ExternalApp.RefusedAsync(
                await app.App.SendAsync(HttpMethod.Delete, $"/external-logins/{wanted}", accessToken: tokens.AccessToken),
                HttpStatusCode.NotFound, "external_login_not_found");
        Assert.Single(await app.ListAsync(owner.AccessToken));
    }

    [Fact]
    public async Task To_add_and_to_remove_need_a_recent_login()
    {
        await using var app = await ExternalApp.StartAsync();
        await app.App.RegisterAsync();
        var tokens = await app.App.LoginAsync();
        var begun = await app.StartLoginAsync(accessToken: tokens.AccessToken);
        app.App.Jump(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        tokens = await app.App.RefreshedAsync(tokens.RefreshToken!);

        using var start = await app.App.PostAsync("/external-logins/start", new { provider = "corp" }, tokens.AccessToken);
        using var remove = await app.App.SendAsync(HttpMethod.Delete, $"/external-logins/{Guid.NewGuid()}", accessToken: tokens.AccessToken);
        await ExternalApp.RefusedAsync(start, HttpStatusCode.Unauthorized, "insufficient_user_authentication");
        await ExternalApp.RefusedAsync(remove, HttpStatusCode.Unauthorized, "insufficient_user_authentication");
        // What has begun in time may end.
        using var end = await app.App.PostAsync(
            "/external-logins", new { ceremony = begun.Ceremony, callback_url = app.Provider.Approve(begun.Url!, ExternalApp.Ada) }, tokens.AccessToken);
        Assert.Equal(HttpStatusCode.Created, end.StatusCode);
    }

    [Fact]
    public async Task An_account_has_only_so_many()
    {
        await using var app = await ExternalApp.StartAsync();
        var tokens = await app.App.RegisterAndLoginAsync();
        for (var number = 0; number < 20; number++)
            Assert.Equal(HttpStatusCode.Created, (await app.LinkAsync(tokens.AccessToken, new Person($"ada-{number}"))).StatusCode);

        await ExternalApp.RefusedAsync(await app.LinkAsync(tokens.AccessToken, new Person("ada-20")), HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal(HttpStatusCode.Created, (await app.LinkAsync(tokens.AccessToken, new Person("ada-19"))).StatusCode);
    }

    static Task<HttpResponseMessage> UnlinkAsync(ExternalApp app, Guid id, TokenSet tokens) =>
        app.App.SendAsync(HttpMethod.Delete, $"/external-logins/{id}", accessToken: tokens.AccessToken);

    static Guid Id(JsonElement json) => json.GetProperty("id").GetGuid();
}

using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Feed;
using Xunit;

namespace Handstamp.Server.Tests.Audit;

/// <summary>The events that the routes add to the trail.</summary>
public sealed class AuditTrailTests : IAsyncLifetime
{
    const string Agent = "Mozilla/5.0 (a test)";

    HandstampApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        _app.Client.DefaultRequestHeaders.Add("User-Agent", Agent);
        await _app.RegisterAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_login_a_logout_and_an_end_by_another_device_record_who_and_from_where()
    {
        var (first, second, third) = (await LoginAsync(), await LoginAsync(), await LoginAsync());

        using (await _app.PostAsync("/logout", new { }, first.AccessToken)) { }
        using (await _app.SendAsync(HttpMethod.Delete, $"/sessions/{second.SessionId}", accessToken: third.AccessToken)) { }
        using (await _app.PostAsync("/logout/all", new { }, third.AccessToken)) { }

        var events = await EventsAsync("session");
        Assert.Equal(
            [
                ("session.begun", null, first.SessionId), ("session.begun", null, second.SessionId), ("session.begun", null, third.SessionId),
                ("session.ended", "logout", first.SessionId), ("session.ended", "ended_by_user", second.SessionId),
                ("session.ended", "logout_everywhere", null),
            ],
            events.Select(done => (done.Kind.Name(), done.Outcome, done.SessionId)));
        Assert.All(events, done => Assert.Equal((ActorKind.Person, "127.0.0.1", Agent), (done.By.Actor.Kind, done.By.Address!.ToString(), done.By.UserAgent)));
        Assert.Single(events.Select(done => done.AccountId).Distinct());
    }

    [Fact]
    public async Task A_reuse_is_recorded_as_the_service_acting_for_the_caller_with_the_token()
    {
        var login = await LoginAsync();
        var used = await RefreshLaterAsync(login);
        await RefreshLaterAsync(used);
        _app.Jump(TimeSpan.FromMinutes(2));

        using (await _app.RefreshAsync(login.RefreshToken!)) { }

        var ended = Assert.Single(await EventsAsync("session.ended"));
        Assert.Equal(("reuse", login.SessionId, ActorKind.System, "127.0.0.1"), (ended.Outcome, ended.SessionId, ended.By.Actor.Kind, ended.By.Address!.ToString()));
    }

    [Fact]
    public async Task Refreshes_add_nothing_and_late_retries_are_one_row_a_day()
    {
        var login = await LoginAsync();
        var refreshed = await RefreshLaterAsync(login);
        Assert.Empty(await EventsAsync("session.late_retry"));

        for (var late = 0; late < 3; late++)
        {
            _app.Jump(TimeSpan.FromMinutes(1));
            using (await _app.RefreshAsync(login.RefreshToken!)) { }
        }

        var counted = Assert.Single(await EventsAsync("session.late_retry"));
        Assert.Equal((login.SessionId, 3), (counted.SessionId, counted.Count));
        Assert.NotEqual(login.RefreshToken, refreshed.RefreshToken);
    }

    [Fact]
    public async Task A_sign_of_two_parties_is_one_row_per_session_and_day()
    {
        var login = await LoginAsync();
        var token = login.RefreshToken!;
        foreach (var agent in (string[])["other", Agent, "other", Agent])
        {
            _app.Jump(TimeSpan.FromMinutes(1));
            using var answer = await _app.SendAsync(HttpMethod.Post, "/refresh", new { refresh_token = token }, change: request =>
            {
                request.Headers.UserAgent.Clear();
                request.Headers.UserAgent.ParseAdd(agent);
            });
            token = (await TokenSet.ReadAsync(answer)).RefreshToken!;
        }

        var counted = Assert.Single(await EventsAsync("session.sharing_suspected"));
        Assert.Equal(("alternating_source", login.SessionId, 3), (counted.Outcome, counted.SessionId, counted.Count));
    }

    [Fact]
    public async Task Refused_and_throttled_attempts_are_added_up_by_account()
    {
        var account = (await _app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!.Id;
        for (var attempt = 0; attempt < 8; attempt++) await RefusedAsync("/login", new { email = HandstampApp.Email, password = "wrong password" });
        for (var stranger = 0; stranger < 3; stranger++) await RefusedAsync("/login", new { email = $"unknown{stranger}@example.com", password = "wrong password" });
        await RefusedAsync("/register", new { email = HandstampApp.Email, password = HandstampApp.Password });
        using (await _app.SendAsync(HttpMethod.Get, "/revocations")) { }

        var events = await EventsAsync("login", "registration", "api");

        Assert.Equal(
            [
                ("api.refused", "resource_server_unauthorized", null, 1), ("login.refused", "invalid_credentials", null, 3),
                ("login.refused", "invalid_credentials", account, 5), ("login.throttled", "too_many_requests", account, 3),
                ("registration.refused", "account_exists", default(Guid?), 1),
            ],
            events.Select(done => (done.Kind.Name(), done.Outcome, done.AccountId, done.Count)).Order());
        Assert.All(events, done => Assert.Equal("127.0.0.0", done.By.Address!.ToString()));
    }

    [Fact]
    public async Task A_password_change_is_recorded_and_so_is_a_refused_one()
    {
        var login = await LoginAsync();
        await LoginAsync();
        await RefusedAsync("/password/change", new { current_password = "a wrong one", new_password = "another unusual sentence" }, login.AccessToken);

        using (await _app.PostAsync(
            "/password/change", new { current_password = HandstampApp.Password, new_password = "another unusual sentence" }, login.AccessToken)) { }

        Assert.Equal(
            [("account.password_changed", null, 1), ("password.refused", "invalid_credentials", 1)],
            (await EventsAsync("account.password_changed", "password")).Select(done => (done.Kind.Name(), done.Outcome, done.Count)).Order());
        Assert.Equal(2, Assert.Single(await EventsAsync("session.ended")).Count);
    }

    [Fact]
    public async Task A_new_name_of_a_device_is_recorded()
    {
        var login = await LoginAsync();

        using (await _app.SendAsync(HttpMethod.Patch, $"/sessions/{login.SessionId}", new { device_name = "x" }, login.AccessToken)) { }

        Assert.Equal(login.SessionId, Assert.Single(await EventsAsync("session.renamed")).SessionId);
    }

    [Fact]
    public async Task Setting_the_name_that_a_device_already_has_succeeds_without_an_event()
    {
        var login = await LoginAsync();

        for (var time = 0; time < 2; time++)
        {
            using var answer = await _app.SendAsync(HttpMethod.Patch, $"/sessions/{login.SessionId}", new { device_name = "x" }, login.AccessToken);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }

        Assert.Single(await EventsAsync("session.renamed"));
    }

    [Fact]
    public async Task The_counters_and_the_log_follow_from_the_event_and_the_log_has_no_address()
    {
        using var ended = new Measured(_app.Get<Telemetry>().SessionsEnded);
        using var logins = new Measured(_app.Get<Telemetry>().Logins);
        var growth = _app.Get<RevocationFeed>().Growth;
        var login = await LoginAsync();

        _app.Get<AuditTrail>().Record(Origin.System.Ends(EndReason.PasswordChanged, _app.Clock.GetUtcNow()).OfAll(Guid.NewGuid()) with { Count = 7 });

        Assert.Equal<KeyValuePair<string, long>>([new("PasswordChanged", 7)], ended.Sums);
        Assert.Equal<KeyValuePair<string, long>>([new("accepted", 1)], logins.Sums);
        Assert.True(growth.IsCompleted);
        var lines = _app.Logs.Of(6500).ToList();
        Assert.Contains(lines, line => line.Contains("session.begun", StringComparison.Ordinal) && line.Contains($"{login.SessionId}", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("session.ended: password_changed", StringComparison.Ordinal) && line.Contains("count 7", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("127.0.0", StringComparison.Ordinal) || line.Contains(Agent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_user_agent_that_is_cut_within_a_character_is_kept_up_to_that_character()
    {
        using (await _app.SendAsync(HttpMethod.Post, "/login", new { email = HandstampApp.Email, password = HandstampApp.Password }, change: request =>
        {
            request.Headers.UserAgent.Clear();
            request.Headers.TryAddWithoutValidation("User-Agent", new string('x', Origin.MaxUserAgent - 1) + "📱");
        })) { }

        var begun = Assert.Single(await EventsAsync("session.begun"));
        Assert.Equal(new string('x', Origin.MaxUserAgent - 1), begun.By.UserAgent);
        var listed = Assert.Single(await _app.Get<ISessionStore>().ListAsync(begun.AccountId!.Value, _app.Clock.GetUtcNow(), 10, default));
        Assert.Equal(begun.By.UserAgent, listed.Device.UserAgent);
    }

    Task<TokenSet> LoginAsync() => _app.LoginAsync();

    async Task<TokenSet> RefreshLaterAsync(TokenSet tokens)
    {
        _app.Jump(TimeSpan.FromMinutes(1));
        return await _app.RefreshedAsync(tokens.RefreshToken!);
    }

    async Task RefusedAsync(string route, object body, string? accessToken = null)
    {
        using var answer = await _app.PostAsync(route, body, accessToken);
        Assert.False(answer.IsSuccessStatusCode);
    }

    /// <summary>In order, oldest first.</summary>
    async Task<IReadOnlyList<Event>> EventsAsync(params string[] kinds)
    {
        await _app.Get<RefusalTally>().WriteAsync();
        var filter = new EventFilter { Kinds = [.. kinds.SelectMany(EventKinds.Find)] };
        return (await _app.Get<IEventStore>().ReadOnAsync(filter, Guid.Empty, 1000, default)).Events;
    }
}

using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Audit;

/// <summary>Each operation that changes something has its event, and an operation that changes nothing has none.</summary>
public abstract class TrailContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    static readonly SessionDevice Device = new() { Address = IPAddress.Parse("2001:db8::9"), UserAgent = "curl/8", CreatedAt = Given.Now };

    [Fact]
    public async Task A_login_records_who_has_begun_which_session_from_where()
    {
        var session = Given.Session((await StoredAccountAsync()).Id);
        var before = await ReadEventsAsync();

        var begun = Assert.IsType<SessionCreation.Begun>(
            await Sessions.TryCreateAsync(session, Given.Device, Given.Terms(session.AccountId)));

        var done = Assert.Single(begun.Events);
        Assert.Equal([done], (await ReadEventsAsync()).Except(before));
        Assert.Equal(
            (EventKind.SessionBegun, session.AccountId, session.Id, null, "pwd", Given.Now),
            (done.Kind, done.AccountId!.Value, done.SessionId!.Value, done.Outcome, done.Detail, done.At));
        Assert.Equal(new Origin(new Actor(ActorKind.Person), Given.Device.Address, Given.Device.UserAgent), done.By);
    }

    [Fact]
    public async Task A_reauthentication_is_recorded_as_it_was_given()
    {
        var session = await StoredSessionAsync();
        var later = Given.Now.AddMinutes(20);

        await Sessions.TryReauthenticateAsync(
            new Reauthentication(session.Id, session.AccountId, Given.SecurityStamp(session.AccountId), "pwd otp mfa", later));

        var done = Assert.Single(await ReadEventsAsync(), done => done.Kind == EventKind.SessionReauthenticated);
        Assert.Equal((session.AccountId, session.Id, later, "pwd otp mfa"), (done.AccountId, done.SessionId, done.At, done.Detail));
    }

    [Fact]
    public async Task A_login_that_ends_other_sessions_records_that_in_one_event()
    {
        var account = await StoredAccountAsync();
        for (var count = 0; count < 3; count++)
            await StoredSessionAsync(account, with: one => one with { Rotation = RotationState.AtLogin(Given.Now - TimeSpan.FromDays(2)) });
        var before = await ReadEventsAsync();

        var begun = Assert.IsType<SessionCreation.Begun>(
            await Sessions.TryCreateAsync(Given.Session(account.Id), Given.Device, Given.Terms(account.Id) with { Most = 2 }));

        Assert.Equal(begun.Events.Order(ById), (await ReadEventsAsync()).Except(before).Order(ById));
        var ended = Assert.Single(begun.Events, done => done.Kind == EventKind.SessionEnded);
        Assert.Equal((2, "over_limit", account.Id, ActorKind.System), (ended.Count, ended.Outcome, ended.AccountId!.Value, ended.By.Actor.Kind));
    }

    [Fact]
    public async Task A_refused_login_adds_no_event()
    {
        var account = await StoredAccountAsync();
        await StoredSessionAsync(account);
        var before = await ReadEventsAsync();

        await Sessions.TryCreateAsync(Given.Session(account.Id), Given.Device, Given.Terms(account.Id) with { SecurityStamp = "other" });
        await Sessions.TryCreateAsync(Given.Session(account.Id), Given.Device, Given.Terms(account.Id) with { Most = 1 });
        await Sessions.TryCreateAsync(Given.Session(Given.Id()), Given.Device, Given.Terms(account.Id));

        Assert.Equal(before, await ReadEventsAsync());
    }

    [Fact]
    public async Task The_end_of_a_session_records_its_account_and_the_reason()
    {
        var (session, own) = (await StoredSessionAsync(), await StoredSessionAsync());
        var before = await ReadEventsAsync();

        Event?[] ended =
        [
            await Sessions.TryEndAsync(session.Id, Given.By.Ends(EndReason.Reuse, Given.Now), session.Rotation),
            await Sessions.TryEndOwnAsync(own.Id, own.AccountId, Given.By.Ends(EndReason.EndedByUser, Given.Now)),
        ];

        Assert.Equal(
            [(session.AccountId, session.Id, "reuse", 1), (own.AccountId, own.Id, "ended_by_user", 1)],
            ended.Select(done => (done!.AccountId!.Value, done.SessionId!.Value, done.Outcome!, done.Count)));
        Assert.All(ended, done => Assert.Equal((EventKind.SessionEnded, Given.By), (done!.Kind, done.By)));
        Assert.Equal(ended.Order(ById), (await ReadEventsAsync()).Except(before).Order(ById));
    }

    [Fact]
    public async Task Ending_all_sessions_is_one_event_with_the_count()
    {
        var account = await StoredAccountAsync();
        for (var count = 0; count < 3; count++) await StoredSessionAsync(account);
        var before = await ReadEventsAsync();

        var ended = await Sessions.EndAllAsync(account.Id, Given.By.Ends(EndReason.LogoutEverywhere, Given.Now));

        Assert.Equal((3, account.Id, null, "logout_everywhere"), (ended!.Count, ended.AccountId!.Value, ended.SessionId, ended.Outcome));
        Assert.Equal([ended], (await ReadEventsAsync()).Except(before));
    }

    [Fact]
    public async Task An_operation_that_ends_nothing_adds_no_event()
    {
        var session = await StoredSessionAsync();
        await Sessions.TryEndAsync(session.Id, EndReason.Logout, Given.Now);

        Assert.Null(await Sessions.TryEndAsync(session.Id, Given.By.Ends(EndReason.Logout, Given.Now)));
        Assert.Null(await Sessions.TryEndOwnAsync(session.Id, session.AccountId, Given.By.Ends(EndReason.Logout, Given.Now)));
        Assert.Null(await Sessions.TryEndOwnAsync((await StoredSessionAsync()).Id, session.AccountId, Given.By.Ends(EndReason.Logout, Given.Now)));
        Assert.Null(await Sessions.EndAllAsync(session.AccountId, Given.By.Ends(EndReason.Logout, Given.Now)));

        Assert.Single(await ReadEventsAsync(), done => done.Kind == EventKind.SessionEnded);
    }

    [Fact]
    public async Task One_of_several_parallel_ends_adds_its_event()
    {
        var session = await StoredSessionAsync();

        await InParallelAsync(16, _ => Sessions.TryEndAsync(session.Id, EndReason.Logout, Given.Now));

        Assert.Single(await ReadEventsAsync(), done => done.Kind == EventKind.SessionEnded);
    }

    [Fact]
    public async Task A_rotation_adds_no_event()
    {
        var session = await StoredSessionAsync();
        var rows = await Engine.CountRowsAsync();

        for (var count = 0; count < 3; count++) session = (await Sessions.TryRotateAsync(Given.Rotation(session)))!.Session;

        Assert.Equal(rows, await Engine.CountRowsAsync());
    }

    [Fact]
    public async Task Late_retries_are_one_row_per_session_and_day_and_only_answered_ones_count()
    {
        var (session, others) = (await StoredSessionAsync(), await StoredSessionAsync());
        var before = await ReadEventsAsync();

        var state = await RetryLateAsync(session, session.Rotation, hours: 1);
        var latest = await RetryLateAsync(session, state, hours: 2);
        Assert.Null(await Sessions.TryAdvanceAsync(session.Id, state, state, Given.Rotation(session).Issue, LateRetry(session, hours: 3)));
        await RetryLateAsync(others, others.Rotation, hours: 4);
        await RetryLateAsync(session, latest, hours: 25);

        var counted = (await ReadEventsAsync()).Except(before).ToList();
        Assert.Equal(
            [(others.Id, 1, 4), (session.Id, 1, 25), (session.Id, 2, 2)],
            counted.Select(row => (row.SessionId!.Value, row.Count, (int)(row.At - Given.Now).TotalHours)).OrderBy(row => row.Item1 == session.Id).ThenBy(row => row.Count));
        Assert.All(counted, row => Assert.Equal(EventKind.SessionLateRetry, row.Kind));
    }

    [Fact]
    public async Task A_new_name_of_a_device_is_an_event_if_the_session_exists()
    {
        var session = await StoredSessionAsync();
        var before = await ReadEventsAsync();
        var renamed = Given.By.Does(EventKind.SessionRenamed, Given.Now) with { AccountId = session.AccountId, SessionId = session.Id };

        Assert.Equal(Renaming.NotFound, await Sessions.RenameAsync(session.Id, Given.Id(), "x", renamed));
        Assert.Equal(Renaming.Renamed, await Sessions.RenameAsync(session.Id, session.AccountId, "x", renamed));

        Assert.Equal([renamed], (await ReadEventsAsync()).Except(before));
    }

    [Theory]
    [InlineData("x")]
    [InlineData(null)]
    public async Task The_name_that_a_device_already_has_is_no_event(string? name)
    {
        var session = await StoredSessionAsync();
        var before = await ReadEventsAsync();

        Assert.Equal(Renaming.Renamed, await Sessions.RenameAsync(session.Id, session.AccountId, name, Given.Now));
        Assert.Equal(Renaming.Unchanged, await Sessions.RenameAsync(session.Id, session.AccountId, name, Given.Now));

        Assert.Single((await ReadEventsAsync()).Except(before));
    }

    [Fact]
    public async Task One_of_several_parallel_equal_names_adds_its_event()
    {
        var session = await StoredSessionAsync();

        var renamings = await InParallelAsync(16, _ => Sessions.RenameAsync(session.Id, session.AccountId, "x", Given.Now));

        Assert.Single(renamings, Renaming.Renamed);
        Assert.DoesNotContain(Renaming.NotFound, renamings);
        Assert.Single(await ReadEventsAsync(), done => done.Kind == EventKind.SessionRenamed);
    }

    [Fact]
    public async Task A_password_change_is_recorded_with_the_sessions_that_it_ends_and_begins()
    {
        var account = await StoredAccountAsync();
        var caller = await StoredSessionAsync(account);
        await StoredSessionAsync(account);
        var before = await ReadEventsAsync();
        var fresh = Given.Session(account.Id);

        var begun = Assert.IsType<SessionCreation.Begun>(
            await AccountSessions.TryChangePasswordAsync(new PasswordChange(account.Id, account.SecurityStamp, new HashedPassword("hash"), caller.Id), fresh, Device));

        Assert.Equal(begun.Events.Order(ById), (await ReadEventsAsync()).Except(before).Order(ById));
        Assert.Equal(
            [(EventKind.AccountPasswordChanged, null, 1), (EventKind.SessionEnded, "password_changed", 2), (EventKind.SessionBegun, "replaced", 1)],
            begun.Events.Select(done => (done.Kind, done.Outcome, done.Count)));
        Assert.All(begun.Events, done => Assert.Equal((account.Id, Device.By), (done.AccountId!.Value, done.By)));
        Assert.Equal(fresh.Id, begun.Events[^1].SessionId);
    }

    [Fact]
    public async Task A_refused_password_change_adds_no_event()
    {
        var account = await StoredAccountAsync();
        var caller = await StoredSessionAsync(account);
        var before = await ReadEventsAsync();

        await AccountSessions.TryChangePasswordAsync(new PasswordChange(account.Id, "other", new HashedPassword("hash"), caller.Id), Given.Session(account.Id), Device);
        await AccountSessions.TryChangePasswordAsync(new PasswordChange(account.Id, account.SecurityStamp, new HashedPassword("hash"), Given.Id()), Given.Session(account.Id), Device);

        Assert.Equal(before, await ReadEventsAsync());
    }

    [Fact]
    public async Task A_change_of_the_key_ring_has_its_events_and_a_late_change_has_none()
    {
        var created = Origin.System.Does(EventKind.KeyCreated, Given.Now) with { Detail = "mac-7" };
        var revoked = Given.By.Does(EventKind.KeyRevoked, Given.Now + TimeSpan.FromSeconds(1)) with { Detail = "mac-7" };
        var version = await Keys.ReadVersionAsync(Cancel);

        Assert.True(await Keys.TryWriteAsync(version, [Given.MacKey(7)], [], [created]));
        Assert.False(await Keys.TryWriteAsync(version, [Given.MacKey(8)], [], [Origin.System.Does(EventKind.KeyCreated, Given.Now)]));
        Assert.True(await Keys.RevokeAsync("mac-7", revoked));
        Assert.False(await Keys.RevokeAsync("mac-7", Given.By.Does(EventKind.KeyRevoked, Given.Now)));
        Assert.False(await Keys.RevokeAsync("mac-8", Given.By.Does(EventKind.KeyRevoked, Given.Now)));

        Assert.Equal([created, revoked], await ReadEventsAsync());
    }

    [Fact]
    public async Task Adding_or_removing_the_credential_of_an_api_is_an_event()
    {
        var server = new ResourceServer("orders", new byte[32], Given.Now);
        var added = Given.By.Does(EventKind.ApiAdded, Given.Now) with { Detail = "orders" };
        var removed = Given.By.Does(EventKind.ApiRemoved, Given.Now + TimeSpan.FromSeconds(1)) with { Detail = "orders" };

        Assert.True(await ResourceServers.TryAddAsync(server, added));
        Assert.False(await ResourceServers.TryAddAsync(server, Given.By.Does(EventKind.ApiAdded, Given.Now)));
        Assert.True(await ResourceServers.RemoveAsync("orders", removed));
        Assert.False(await ResourceServers.RemoveAsync("orders", Given.By.Does(EventKind.ApiRemoved, Given.Now)));

        Assert.Equal([added, removed], await ReadEventsAsync());
    }

    [Fact]
    public async Task Adding_an_account_is_an_event_if_its_name_is_free()
    {
        var account = Given.Account();
        var added = Of(account, EventKind.AccountAdded);

        Assert.True(await Accounts.TryCreateAsync(account, added));
        Assert.False(await Accounts.TryCreateAsync(Given.Account() with { Identifiers = account.Identifiers }, Of(account, EventKind.AccountAdded)));

        Assert.Equal([added], await ReadEventsAsync());
    }

    [Theory]
    [InlineData(EventKind.AccountPasswordChanged, "password_changed")]
    [InlineData(EventKind.AccountDisabled, "account_disabled")]
    [InlineData(EventKind.AccountDeleted, "account_deleted")]
    internal async Task A_change_of_an_account_that_ends_its_sessions_is_recorded_with_their_count(EventKind kind, string reason)
    {
        var (account, alone) = (await StoredAccountAsync(), await StoredAccountAsync());
        for (var session = 0; session < 2; session++) await StoredSessionAsync(account);
        await StoredSessionAsync();
        var before = await ReadEventsAsync();

        var done = await ChangeAsync(account, kind);
        var ofNone = await ChangeAsync(alone, kind);
        Assert.Empty(await ChangeAsync(Given.Account(), kind));
        if (kind != EventKind.AccountPasswordChanged) Assert.Empty(await ChangeAsync(account, kind));

        Assert.Equal([(kind, null, 1), (EventKind.SessionEnded, reason, 2)], done.Select(one => (one.Kind, one.Outcome, one.Count)));
        Assert.All(done, one => Assert.Equal((account.Id, Given.By), (one.AccountId!.Value, one.By)));
        Assert.Equal(kind, Assert.Single(ofNone).Kind);
        Assert.Equal(done.Concat(ofNone).Order(ById), (await ReadEventsAsync()).Except(before).Order(ById));
    }

    [Fact]
    public async Task Other_changes_of_an_account_are_events_if_something_changes()
    {
        var account = await StoredAccountAsync();
        await Accounts.TryDisableAsync(account.Id, Given.Now);
        var before = await ReadEventsAsync();
        var (enabled, changed) = (Of(account, EventKind.AccountEnabled), Of(account, EventKind.AccountRolesChanged) with { Detail = "admin" });
        var claims = new AccountClaims { Roles = ["admin"] };

        Assert.True(await Accounts.TryEnableAsync(account.Id, enabled));
        Assert.False(await Accounts.TryEnableAsync(account.Id, Of(account, EventKind.AccountEnabled)));
        Assert.True(await Accounts.TrySetClaimsAsync(account.Id, account.Claims, claims, changed));
        Assert.False(await Accounts.TrySetClaimsAsync(account.Id, account.Claims, claims, Of(account, EventKind.AccountRolesChanged)));
        Assert.True(await Accounts.TryRehashAsync(account.Id, account.PasswordHash!, "another hash of the same password"));

        Assert.Equal(new[] { enabled, changed }.Order(ById), (await ReadEventsAsync()).Except(before).Order(ById));
    }

    Task<IReadOnlyList<Event>> ChangeAsync(Account account, EventKind kind) => kind switch
    {
        EventKind.AccountPasswordChanged => Accounts.TrySetPasswordAsync(account.Id, new HashedPassword("hash"), Of(account, kind)),
        EventKind.AccountDisabled => Accounts.TryDisableAsync(account.Id, Of(account, kind)),
        _ => Accounts.TryDeleteAsync(account.Id, Of(account, kind)),
    };

    static Event Of(Account account, EventKind kind) => Given.By.Does(kind, Given.Now) with { AccountId = account.Id };

    static readonly Comparer<Event?> ById = Comparer<Event?>.Create((one, other) => one!.Id.CompareTo(other!.Id));

    static Event LateRetry(Session session, int hours) =>
        session.Counted(EventKind.SessionLateRetry, Given.Now + TimeSpan.FromHours(hours), Given.By);

    async Task<RotationState> RetryLateAsync(Session session, RotationState state, int hours)
    {
        var at = Given.Now + TimeSpan.FromHours(hours);
        var advanced = await Sessions.TryAdvanceAsync(
            session.Id, state, state with { Last = state.Last + 1, IssuedAt = at }, Given.Rotation(session).Issue with { At = at }, LateRetry(session, hours));
        return advanced!.Session.Rotation;
    }
}

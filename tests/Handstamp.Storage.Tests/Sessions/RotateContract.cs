using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sessions;

public abstract class RotateContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task A_rotation_returns_the_resulting_row()
    {
        var claims = new AccountClaims { Roles = ["admin"] };
        var session = await StoredSessionAsync(await StoredAccountAsync(claims));
        var rotation = Given.Rotation(session);

        var rotated = await Sessions.TryRotateAsync(rotation);

        Assert.Equal(session with
        {
            Rotation = new RotationState(Seen: 1, First: 2, Last: 2, rotation.Issue.At),
            MacKeyId = rotation.Issue.MacKeyId,
            IdleExpiresAt = rotation.Issue.At + Given.IdleLifetime,
        }, rotated!.Session);
        Assert.Null(rotated.End);
        Assert.Equal(AccountState.Active, rotated.Account);
        Assert.Equivalent(claims, rotated.Claims, strict: true);
        Assert.Equivalent(rotated, await ReadAsync(session), strict: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_idle_expiry_of_a_temporary_session_moves_by_a_life_of_its_own(bool isTemporary)
    {
        var life = TimeSpan.FromHours(2);
        var session = await StoredSessionAsync(with: one => one with { IsTemporary = isTemporary, IdleExpiresAt = Given.Now + life });
        var rotation = Given.Rotation(session);
        rotation = rotation with { Issue = rotation.Issue with { TemporaryIdleLifetime = life } };

        var rotated = await Sessions.TryRotateAsync(rotation);

        Assert.Equal(isTemporary, rotated!.Session.IsTemporary);
        Assert.Equal(rotation.Issue.At + (isTemporary ? life : Given.IdleLifetime), rotated.Session.IdleExpiresAt);
        Assert.Equivalent(rotated, await ReadAsync(session), strict: true);
    }

    [Fact]
    public async Task The_idle_expiry_never_moves_past_the_absolute_expiry()
    {
        var session = await StoredSessionAsync(with: one => one with { ExpiresAt = one.IdleExpiresAt });

        var rotated = await Sessions.TryRotateAsync(Given.Rotation(session));

        Assert.Equal(session.ExpiresAt, rotated!.Session.IdleExpiresAt);
    }

    [Fact]
    public async Task A_skipped_token_rotates_while_it_is_alive_even_within_the_window()
    {
        var session = await StoredSessionAsync(with: TwoAlive);
        var rotation = Given.Rotation(session);
        rotation = At(rotation, Given.Now) with { Presented = 2 };

        var rotated = await Sessions.TryRotateAsync(rotation);

        Assert.Equal(new RotationState(Seen: 2, First: 4, Last: 4, Given.Now, SeenBefore: 1), rotated!.Session.Rotation);
    }

    [Fact]
    public async Task The_newest_token_rotates_from_the_end_of_the_window_on()
    {
        var session = await StoredSessionAsync();
        var rotation = Given.Rotation(session);

        Assert.Null(await Sessions.TryRotateAsync(At(rotation, rotation.Issue.At - Millisecond)));
        Assert.NotNull(await Sessions.TryRotateAsync(rotation));
    }

    [Fact]
    public async Task Without_a_window_each_newest_token_rotates_at_once()
    {
        var session = await StoredSessionAsync();
        var rotation = Given.Rotation(session) with { RetryWindow = TimeSpan.Zero };

        for (var presented = 1; presented < 5; presented++)
            Assert.NotNull(await Sessions.TryRotateAsync(rotation with { Presented = presented }));

        Assert.Equal(5, (await ReadAsync(session)).Session.Rotation.Last);
    }

    [Theory]
    [InlineData("the token that was used to get the live ones", 1)]
    [InlineData("an older token", 0)]
    [InlineData("a token that was never issued", 4)]
    public async Task A_token_that_is_not_alive_rotates_nothing(string what, int presented) =>
        await RefusesAsync(what, await StoredSessionAsync(with: TwoAlive), one => one with { Presented = presented });

    [Theory]
    [InlineData(SessionTransport.Cookie)]
    [InlineData(SessionTransport.Page)]
    internal async Task A_token_on_another_transport_rotates_nothing(SessionTransport other) =>
        await RefusesAsync("transport", await StoredSessionAsync(), one => one with { Transport = other });

    [Fact]
    public async Task An_unknown_session_rotates_nothing() =>
        await RefusesAsync("id", await StoredSessionAsync(), one => one with { SessionId = Given.Id() });

    [Fact]
    public async Task An_ended_session_rotates_nothing()
    {
        var session = await StoredSessionAsync();
        await Sessions.TryEndAsync(session.Id, EndReason.Logout, Given.Now);

        await RefusesAsync("ended", session);
    }

    [Fact]
    public async Task A_session_rotates_until_its_idle_expiry()
    {
        var session = await StoredSessionAsync();

        await RefusesAsync("idle", session, one => At(one, session.IdleExpiresAt));
        Assert.NotNull(await Sessions.TryRotateAsync(At(Given.Rotation(session), session.IdleExpiresAt - Millisecond)));
    }

    [Fact]
    public async Task A_session_rotates_until_its_absolute_expiry()
    {
        var session = await StoredSessionAsync(with: one => one with { ExpiresAt = one.IdleExpiresAt });
        var rotation = At(Given.Rotation(session), session.ExpiresAt - Millisecond);
        Assert.NotNull(await Sessions.TryRotateAsync(rotation));

        await RefusesAsync("expired", session, one => At(one, session.ExpiresAt) with
        {
            Presented = 2,
            RetryWindow = TimeSpan.Zero,
        });
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, "key", true)]
    [InlineData("key", "key", true)]
    [InlineData("key", null, false)]
    [InlineData("key", "another", false)]
    public async Task A_bound_session_rotates_only_for_its_key(string? boundTo, string? shown, bool rotates)
    {
        var session = await StoredSessionAsync(with: one => one with { KeyThumbprint = boundTo });

        var rotated = await Sessions.TryRotateAsync(Given.Rotation(session) with { KeyThumbprint = shown });

        Assert.Equal(rotates, rotated is not null);
        Assert.Equal(boundTo, (await ReadAsync(session)).Session.KeyThumbprint);
    }

    [Fact]
    public async Task The_session_of_a_disabled_account_rotates_nothing()
    {
        var account = await StoredAccountAsync();
        var session = await StoredSessionAsync(account);
        await Accounts.TryDisableAsync(account.Id, Given.Now);

        await RefusesAsync("disabled", session);
    }

    [Fact]
    public async Task The_session_of_a_deleted_account_rotates_nothing()
    {
        var session = await StoredSessionAsync();
        await Accounts.TryDeleteAsync(session.AccountId, Given.Now);

        await RefusesAsync("deleted", session);
    }

    [Fact]
    public async Task One_of_several_parallel_callers_with_one_token_advances_the_row_once()
    {
        var session = await StoredSessionAsync();

        var answers = await InParallelAsync(64, _ => Sessions.TryRotateAsync(Given.Rotation(session)));

        var rotated = Assert.Single(answers, answer => answer is not null);
        Assert.Equal(2, rotated!.Session.Rotation.Last);
        Assert.Equal(rotated, await ReadAsync(session));
    }

    [Fact]
    public async Task A_rotation_changes_no_other_session_and_nothing_else_of_its_own()
    {
        var account = await StoredAccountAsync();
        var (session, other) = (await StoredSessionAsync(account), await StoredSessionAsync(account));

        await Sessions.TryRotateAsync(Given.Rotation(session));

        Assert.Equal(other, (await ReadAsync(other)).Session);
        var listed = await Sessions.ListAsync(account.Id, Given.Now, 10, Cancel);
        Assert.Equal([Given.Device, Given.Device], listed.Select(one => one.Device));
    }

    [Fact]
    public async Task Rotations_add_no_row_and_late_retries_one_event()
    {
        var session = await StoredSessionAsync();
        var rows = await Engine.CountRowsAsync();
        var rotation = Given.Rotation(session) with { RetryWindow = TimeSpan.Zero };

        for (var generation = 1; generation <= 100; generation++)
            Assert.NotNull(await Sessions.TryRotateAsync(rotation with { Presented = generation }));
        Assert.Equal(rows, await Engine.CountRowsAsync());

        for (var retry = 0; retry < 3; retry++)
        {
            var state = (await ReadAsync(session)).Session.Rotation;
            Assert.NotNull(await Sessions.TryAdvanceAsync(session.Id, state, state with { Last = state.Last + 1 }, rotation.Issue));
        }
        Assert.Equal(rows + (Engine.KeepsEvents ? 1 : 0), await Engine.CountRowsAsync());
    }

    static Session TwoAlive(Session session) =>
        session with { Rotation = new RotationState(Seen: 1, First: 2, Last: 3, Given.Now) };

    static Rotation At(Rotation rotation, DateTimeOffset now) =>
        rotation with { Issue = rotation.Issue with { At = now } };

    async Task RefusesAsync(string what, Session session, Func<Rotation, Rotation>? with = null)
    {
        var before = await ReadAsync(session);
        var rotation = Given.Rotation(session);

        Assert.True(await Sessions.TryRotateAsync(with?.Invoke(rotation) ?? rotation) is null, what);

        Assert.Equivalent(before, await ReadAsync(session), strict: true);
    }
}

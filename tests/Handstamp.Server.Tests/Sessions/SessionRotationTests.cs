using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>If the row changes between the reading and the write, the decision is made again.</summary>
public sealed class SessionRotationTests
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_token_that_would_be_reuse_is_superseded_if_the_session_rotates_at_that_moment()
    {
        var (app, sessions) = await InterleavedSessions.StartAsync();
        await using var running = app;
        var first = await app.RegisterAndLoginAsync();
        app.Jump(Window);
        var second = await app.RefreshedAsync(first.RefreshToken!);
        app.Jump(Window);
        await app.RefreshedAsync(second.RefreshToken!);
        app.Jump(Window);
        sessions.AfterFind = () => app.RefreshedAsync(second.RefreshToken!);

        var late = await ProblemAnswer.ReadAsync(await app.RefreshAsync(first.RefreshToken!));

        Assert.Equal((409, "refresh_token_superseded"), (late.Status, late.Code));
        Assert.Null((await sessions.FindAsync(first.SessionId, default))!.End);
    }

    [Fact]
    public async Task A_reuse_whose_caller_has_left_ends_nothing()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        var token = login.RefreshToken!;
        for (var use = 0; use < 3; use++)
        {
            app.Jump(Window);
            token = (await app.RefreshedAsync(token)).RefreshToken!;
        }
        var first = app.Get<RefreshTokenReader>().Read(login.RefreshToken);

        var outcome = await app.Get<SessionRotation>().RefreshAsync(
            first!, SessionTransport.Body, null, source: 0, app.Clock.GetUtcNow(), gone: new CancellationToken(canceled: true));

        Assert.Equal("server_halted", Assert.IsType<RefreshOutcome.Refused>(outcome).Problem.Code);
        Assert.Equal(token, (await app.RefreshedAsync(token)).RefreshToken);
    }

    [Fact]
    public async Task The_second_of_two_simultaneous_late_retries_gets_the_successor_of_the_first()
    {
        var (app, sessions, login) = await StartLateAsync();
        await using var running = app;
        TokenSet? other = null;
        sessions.AfterFind = async () => other = await app.RefreshedAsync(login.RefreshToken!);

        var mine = await app.RefreshedAsync(login.RefreshToken!);

        Assert.Equal(other!.RefreshToken, mine.RefreshToken);
        Assert.Equal(3, (await sessions.FindAsync(login.SessionId, default))!.Session.Rotation.Last);
    }

    [Fact]
    public async Task A_session_that_ends_at_that_moment_gives_no_token()
    {
        var (app, sessions, login) = await StartLateAsync();
        await using var running = app;
        sessions.AfterFind = async () =>
            (await app.SendAsync(HttpMethod.Delete, "/refresh", new { refresh_token = login.RefreshToken })).Dispose();

        Assert.Equal("session_revoked", (await ProblemAnswer.ReadAsync(await app.RefreshAsync(login.RefreshToken!))).Code);
    }

    [Fact]
    public async Task A_request_that_never_gets_its_turn_is_told_to_try_later_and_ends_nothing()
    {
        var (app, sessions, login) = await StartLateAsync();
        await using var running = app;
        var rounds = 0;
        sessions.AfterFind = ChangeAsync;

        var refused = await ProblemAnswer.ReadAsync(await app.RefreshAsync(login.RefreshToken!));

        Assert.Equal(("storage_unavailable", false, 8), (refused.Code, refused.Definitive, rounds));
        sessions.AfterFind = null;
        await app.RefreshedAsync(login.RefreshToken!);

        // Another late retry of the same token takes each turn. It comes with the time of the last one, so that this one stays late.
        async Task ChangeAsync()
        {
            if (++rounds > 12) return;
            var session = (await sessions.FindAsync(login.SessionId, default))!.Session;
            var at = session.Rotation.IssuedAt;
            Assert.NotNull(await sessions.TryAdvanceAsync(
                session.Id, session.Rotation, session.Rotation with { Last = session.Rotation.Last + 1 },
                new Issue(at, TimeSpan.FromDays(14), session.MacKeyId, default), session.Counted(EventKind.SessionLateRetry, at, Origin.System)));
            sessions.AfterFind = ChangeAsync;
        }
    }

    /// <summary>A session whose first token has a successor, at a time at which a retry of the first is late.</summary>
    static async Task<(HandstampApp App, InterleavedSessions Sessions, TokenSet Login)> StartLateAsync()
    {
        var (app, sessions) = await InterleavedSessions.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        app.Jump(Window);
        await app.RefreshedAsync(login.RefreshToken!);
        app.Jump(Window);
        return (app, sessions, login);
    }
}

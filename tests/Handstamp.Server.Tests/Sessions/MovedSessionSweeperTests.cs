using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

public sealed class MovedSessionSweeperTests
{
    [Fact]
    public async Task Old_tokens_are_swept_at_most_once_in_ten_minutes()
    {
        var (app, sessions) = await InterleavedSessions.StartAsync();
        await using var running = app;
        var rounds = 0;
        // The service may not wait for its clock yet.
        await Eventually.TrueAsync(() => sessions.MovedSweeps > 0, "the first sweep has begun", nudge: () =>
        {
            rounds++;
            app.Clock.Advance(TimeSpan.FromMinutes(10));
        });

        await app.RegisterAndLoginAsync();

        Assert.InRange(sessions.MovedSweeps, 1, rounds);
    }
}

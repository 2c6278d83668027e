using Handstamp.Proof.Faults;
using Handstamp.Server.Sessions;

namespace Handstamp.Proof.Theft;

/// <summary>
/// Thieves on real databases, through the code that <c>/refresh</c> runs. <c>./prove theft</c> simulates more of them.
/// </summary>
public sealed class StoredTheftTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Engine.Sqlite, 300)]
    [InlineData(Engine.Postgres, 100)]
    public async Task A_thief_who_stays_away_holds_nothing_after_the_victims_second_refresh_or_the_session_has_ended(Engine engine, int runs)
    {
        const int Seed = 1;
        await using var sessions = await StoredSessions.OpenAsync(engine);
        for (var run = 0; run < runs; run++)
        {
            var survivor = await StoredTheft.PlayAsync(sessions, Draws.Generator(Seed, part: -1000, run));
            if (survivor is not null) output.WriteLine($"seed {Seed}, run {run}:\n{survivor}");
            Assert.Null(survivor);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_thief_who_polls_stays_unless_signs_end_a_session(bool signsEndIt)
    {
        var policy = signsEndIt ? SuspectedSharingPolicy.End : SuspectedSharingPolicy.Report;
        await using var sessions = await StoredSessions.OpenAsync(policy: policy);
        // Without jitter, the guess hits.
        var random = new Random(1);
        var refreshes = Enumerable.Range(1, 4).Select(count => VictimTrace.After(600 * (count - 1), jitter: 0, random)).ToList();
        var (end, victim) = (refreshes[^1].At, new VictimTrace(refreshes, Jitter: 0));

        var run = new TheftRun(await sessions.LogInAsync(), victim, stolen: 0, until: end + 60, random);
        Assert.Equal(!signsEndIt, run.Play(Thieves.Polls.Plan).Stayed > end);
    }
}

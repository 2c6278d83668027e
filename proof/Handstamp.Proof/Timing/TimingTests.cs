namespace Handstamp.Proof.Timing;

/// <summary>Whether a failed login reveals that an account exists: by its answer, or by its time.</summary>
[Collection<Alone>]
public sealed class TimingTests(ITestOutputHelper output)
{
    const int Groups = 800;

    // A busy machine needs more logins for the same power.
    const int MostGroups = 2000;
    const int Seed = 20260301;

    [Fact]
    public async Task A_failed_login_does_not_reveal_whether_the_address_has_an_account()
    {
        await using var logins = await FailedLogins.StartAsync(Seed);
        logins.Take(Groups);
        while (logins.Of(Kind.Unknown).Count < MostGroups && !Comparisons(logins).All(comparison => comparison.NoticesControl))
            logins.Take(Groups / 2);

        Assert.StartsWith("HTTP/1.1 401", Assert.Single(logins.Answers(Kind.Unknown)));
        foreach (var comparison in Comparisons(logins))
        {
            output.WriteLine(comparison.ToString());
            Assert.False(comparison.IsTold, $"{comparison}\n{string.Join("\n\n", logins.Answers(comparison.Kind))}");
        }
        // If even the control goes unnoticed, no difference was found because the machine is busy. That is neither a
        // failure nor a proof; ./prove timing has the machine for itself.
        Assert.SkipUnless(Comparisons(logins).All(comparison => comparison.NoticesControl), "The machine is too busy to tell times apart.");
    }

    static IEnumerable<Comparison> Comparisons(FailedLogins logins) =>
        [new Comparison(logins, Kind.WrongPassword, Seed), new Comparison(logins, Kind.Disabled, Seed)];

    // Without a difference, the statistic has a standard normal distribution; a shift moves it.
    [Fact]
    public void The_test_rejects_as_often_as_it_says()
    {
        var random = new Random(Seed);
        double[] Noise() => [.. Enumerable.Range(0, 300).Select(_ => Math.Pow(random.NextDouble() - 0.5, 3) / (random.NextDouble() + 1e-6))];
        var statistics = Enumerable.Range(0, 5000).Select(_ => SignedRank.Statistic(Noise())).ToList();

        Assert.InRange(statistics.Count(z => Math.Abs(z) > 1.96), 200, 300);
        Assert.DoesNotContain(statistics, z => Math.Abs(z) > SignedRank.Critical);
        var noise = Noise();
        var noticeable = SignedRank.Noticeable(noise, Seed);
        Assert.True(SignedRank.Rejects([.. noise.Select(value => value + (1.5 * noticeable))]));
        Assert.False(SignedRank.Rejects([.. noise.Select(value => value + (0.1 * noticeable))]));
    }
}

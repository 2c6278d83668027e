namespace Handstamp.Proof.Theft;

/// <summary>The results of jars under one rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Requests">The number of requests of a view, or the maximum.</param>
/// <param name="Result">The sum over all jars.</param>
sealed record JarSample(NamedRule Rule, int Requests, JarResult Result)
{
    const double Often = 60;
    const double Seldom = 3000;
    const int Jars = 20;

    public double Per100000 => 100_000.0 * Result.Logouts / Result.Views;

    /// <summary>Views with the given number of requests each, until the given number of answers is lost.</summary>
    public static JarSample Draw(NamedRule rule, int requests, int lostAnswers, int seed) => Draw(rule, requests, Jars, jar =>
    {
        var random = Draws.Generator(seed, part: -3000 - requests, jar);
        var outages = new Outages(Often, new Random(random.Next()));
        return JarClient.Play(rule, JarTrace.Draw(_ => requests, random), outages, lostAnswers / Jars);
    });

    /// <summary>With two, eight and forty requests at once, with and without the gap.</summary>
    public static IReadOnlyList<JarSample> DrawAll(int lostAnswers, int seed) =>
        [.. from rule in new[] { RefreshRules.Handstamp, RefreshRules.HandstampWithoutGap }
            from requests in new[] { 2, 8, 40 }
            select Draw(rule, requests, lostAnswers, seed)];

    /// <summary>Each rule meets the same views, with two to eight requests at once, and the same outages in one minute of a hundred.</summary>
    public static IReadOnlyList<JarSample> DrawRules(int seed, int jars, int views) =>
        [.. RefreshRules.All.Select(rule => Draw(rule, requests: 8, jars, jar =>
        {
            var random = Draws.Generator(seed, part: -4000, jar);
            var outages = new Outages(Seldom, new Random(random.Next()));
            return JarClient.Play(rule, JarTrace.Draw(draw => draw.Next(2, 9), random).Take(views), outages);
        }))];

    static JarSample Draw(NamedRule rule, int requests, int jars, Func<int, JarResult> play) => new(
        rule, requests, ParallelEnumerable.Range(0, jars).Select(play).Aggregate((one, other) => one + other));
}

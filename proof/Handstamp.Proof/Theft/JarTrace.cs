namespace Handstamp.Proof.Theft;

/// <summary>
/// The views of a page whose requests share a jar, drawn before any rule is applied. A request takes up to half of the
/// gap, and so does an answer: together at most the gap.
/// </summary>
static class JarTrace
{
    static readonly double Window = HandstampRule.Defaults.RetryWindow.TotalSeconds;
    static readonly double Longest = HandstampRule.Defaults.QuietGap.TotalSeconds / 2;

    /// <summary>A view about every twenty seconds.</summary>
    public static IEnumerable<Refresh> Draw(Func<Random, int> requests, Random random)
    {
        while (true)
        {
            yield return new Refresh(
                [.. Enumerable.Range(0, requests(random)).Select(_ => Request(random))], random.Exponential(mean: 20));
        }
    }

    // Half of the requests go out together, half at any moment of a window; one message in four is slow.
    static Attempt Request(Random random)
    {
        var start = random.Chance(0.5) ? random.Exponential(mean: 0.2) : random.Between(0, Window);
        return new(start, Travel(random), Travel(random), Fate.Heard);
    }

    static double Travel(Random random) => random.Chance(0.25) ? random.Between(0, Longest) : Math.Min(Longest, random.Travel());
}

namespace Handstamp.Proof.Theft;

/// <summary>The distributions of the traces, and a generator for each part of a run.</summary>
static class Draws
{
    /// <summary>A generator that does not depend on which other parts of the run are played.</summary>
    public static Random Generator(int seed, int part, int run) =>
        new(unchecked((((seed * 1_000_003) + part) * 1_000_003) + run));

    public static double Between(this Random random, double least, double most) =>
        least + (random.NextDouble() * (most - least));

    /// <summary>A time between one and a hundred seconds; one to ten is as likely as ten to a hundred.</summary>
    public static double BetweenInMagnitude(this Random random, double least, double most) =>
        Math.Exp(random.Between(Math.Log(least), Math.Log(most)));

    public static double Exponential(this Random random, double mean) => -mean * Math.Log(1 - random.NextDouble());

    /// <summary>How long a message travels: mostly a tenth of a second, sometimes a second, never more than four.</summary>
    public static double Travel(this Random random)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Math.Min(4, 0.08 * Math.Exp(normal));
    }

    public static bool Chance(this Random random, double share) => random.NextDouble() < share;
}

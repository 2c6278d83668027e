namespace Handstamp.Proof.Theft;

/// <summary>Spells of up to two windows in which every answer is lost, and times without in between.</summary>
/// <param name="pause">The mean time between two of them, in seconds.</param>
/// <param name="random">What they are drawn from, in the order of time.</param>
sealed class Outages(double pause, Random random)
{
    static readonly double Longest = 2 * HandstampRule.Defaults.RetryWindow.TotalSeconds;

    double _from;
    double _until;

    /// <summary>Whether there is one. The moments asked for only go on.</summary>
    public bool Has(double moment)
    {
        while (moment >= _until)
        {
            _from = _until + random.Exponential(pause);
            _until = _from + random.Between(0, Longest);
        }
        return moment >= _from;
    }
}

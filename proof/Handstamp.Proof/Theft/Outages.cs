namespace Handstamp.Proof.Theft;

/// <summary>Periods of up to two windows in which every answer is lost, with times without loss in between.</summary>
/// <param name="pause">The mean time between two of them, in seconds.</param>
/// <param name="random">The generator from which they are drawn, in the order of time.</param>
sealed class Outages(double pause, Random random)
{
    static readonly double Longest = 2 * HandstampRule.Defaults.RetryWindow.TotalSeconds;

    double _from;
    double _until;

    /// <summary>Whether there is an outage. The given moments must not go back in time.</summary>
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

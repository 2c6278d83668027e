namespace Handstamp.Proof.Fuzz;

/// <summary>The inputs that changes start from: the seeds, and every input that reached something new.</summary>
sealed class Corpus
{
    const int Recent = 20;

    readonly List<byte[]> _inputs = [];

    public int Count => _inputs.Count;

    public void Add(byte[] input) => _inputs.Add(input);

    /// <summary>
    /// Half of the time, one of the newest: an input that has just reached something new is worth more tries.
    /// </summary>
    public byte[] Pick(Random random) =>
        random.Next(2) == 0 ? random.Pick(_inputs) : _inputs[random.Next(Math.Max(0, _inputs.Count - Recent), _inputs.Count)];
}

namespace Handstamp.Proof.Fuzz;

/// <summary>What is fuzzed: how its inputs look, and what has to hold for every input there is.</summary>
abstract class FuzzTarget
{
    public abstract string Name { get; }

    /// <summary>Valid inputs, from which all others are made.</summary>
    public abstract IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>
    /// Changes what an input says and keeps its wrapping right (a signature, a MAC, a length), so that the parser
    /// behind it is reached. Null where the input has no such form.
    /// </summary>
    public virtual byte[]? Rebuild(byte[] input, Random random) => null;

    /// <summary>The input has joined the corpus.</summary>
    public virtual void Keep(byte[] input) { }

    /// <summary>
    /// Gives the input to the code under test and judges what comes back. Returns the kind of outcome.
    /// </summary>
    /// <exception cref="InvalidDataException">A promise is broken.</exception>
    public abstract ValueTask<string> TryAsync(byte[] input);

    protected static void Demand(bool holds, string promise)
    {
        if (!holds) throw new InvalidDataException(promise);
    }
}

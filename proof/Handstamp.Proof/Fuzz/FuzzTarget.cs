namespace Handstamp.Proof.Fuzz;

/// <summary>A target of the fuzzing: what its inputs look like, and what must hold for every possible input.</summary>
abstract class FuzzTarget
{
    public abstract string Name { get; }

    /// <summary>Valid inputs, from which all others are made.</summary>
    public abstract IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>
    /// Changes what an input says and keeps its wrapping right (a signature, a MAC, a length), so that the input
    /// reaches the parser behind it. Null where the input has no such form.
    /// </summary>
    public virtual byte[]? Rebuild(byte[] input, Random random) => null;

    /// <summary>Called when the input has joined the corpus.</summary>
    public virtual void Keep(byte[] input) { }

    /// <summary>
    /// Gives the input to the code under test and judges the result. Returns the kind of outcome.
    /// </summary>
    /// <exception cref="InvalidDataException">A promise is broken.</exception>
    public abstract ValueTask<string> TryAsync(byte[] input);

    protected static void Demand(bool holds, string promise)
    {
        if (!holds) throw new InvalidDataException(promise);
    }
}

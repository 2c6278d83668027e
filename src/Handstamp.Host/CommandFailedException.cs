namespace Handstamp.Host;

/// <summary>What was asked can't be done. The message tells the operator why; it is printed and the program ends with 1.</summary>
#pragma warning disable CA1032, CA1064 // Internal, with a message always.
sealed class CommandFailedException(IReadOnlyList<string> faults, Exception? inner = null)
    : Exception(string.Join(Environment.NewLine, faults), inner)
{
    public CommandFailedException(string fault, Exception? inner = null) : this([fault], inner)
    {
    }

    /// <summary>Each in a sentence.</summary>
    public IReadOnlyList<string> Faults => faults;
}
#pragma warning restore CA1032, CA1064

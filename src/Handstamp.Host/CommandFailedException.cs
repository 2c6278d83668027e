namespace Handstamp.Host;

/// <summary>What was asked can't be done: the message, which says why, is printed, and the exit code is 1.</summary>
#pragma warning disable CA1032, CA1064 // Internal, with a message always.
sealed class CommandFailedException(IReadOnlyList<string> faults, Exception? inner = null)
    : Exception(string.Join(Environment.NewLine, faults), inner)
{
    public CommandFailedException(string fault, Exception? inner = null) : this([fault], inner)
    {
    }

    /// <summary>A value is wrong. .NET adds to its messages the name that a method has for it, which tells nobody anything.</summary>
    public static CommandFailedException At(string place, ArgumentException fault) =>
        new($"{place}: {fault.Message.Split(" (Parameter '")[0]}", fault);

    /// <summary>Each in a sentence.</summary>
    public IReadOnlyList<string> Faults => faults;
}
#pragma warning restore CA1032, CA1064

namespace Handstamp.Host;

/// <summary>A command failed. The message is printed, and the exit code is 1.</summary>
#pragma warning disable CA1032, CA1064 // Internal, with a message always.
sealed class CommandFailedException(IReadOnlyList<string> faults, Exception? inner = null)
    : Exception(string.Join(Environment.NewLine, faults), inner)
{
    public CommandFailedException(string fault, Exception? inner = null) : this([fault], inner)
    {
    }

    /// <summary>A value is wrong. .NET appends a parameter's name to its messages, which does not help the operator.</summary>
    public static CommandFailedException At(string place, ArgumentException fault) =>
        new($"{place}: {fault.Message.Split(" (Parameter '")[0]}", fault);

    /// <summary>Each fault in a sentence.</summary>
    public IReadOnlyList<string> Faults => faults;
}
#pragma warning restore CA1032, CA1064

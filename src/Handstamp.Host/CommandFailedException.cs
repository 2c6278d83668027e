namespace Handstamp.Host;

/// <summary>A command failed. The message is printed.</summary>
#pragma warning disable CA1032, CA1064 // Internal, with a message always.
sealed class CommandFailedException(IReadOnlyList<string> faults, Exception? inner = null)
    : Exception(string.Join(Environment.NewLine, faults.Select(Sentence)), inner)
{
    public CommandFailedException(string fault, Exception? inner = null) : this([fault], inner)
    {
    }

    /// <summary>The command line is not understood.</summary>
    public static CommandFailedException NotUnderstood(string fault) => NotUnderstood([$"{fault} See --help."]);

    /// <summary>Settings on the command line are not understood. There may be faults in other settings too.</summary>
    public static CommandFailedException NotUnderstood(IReadOnlyList<string> faults) =>
        new(faults) { Code = "invalid_command_line", ExitCode = 2 };

    public static CommandFailedException NotFound(string fault) => new(fault) { Code = "not_found" };

    /// <summary>The settings are wrong.</summary>
    public static CommandFailedException InvalidSettings(IReadOnlyList<string> faults) => new(faults) { Code = "invalid_settings" };

    /// <summary>A value is wrong. .NET appends a parameter's name to its messages, which does not help the operator.</summary>
    public static CommandFailedException At(string place, ArgumentException fault) =>
        new($"{place}: {fault.Message.Split(" (Parameter '")[0]}", fault);

    /// <summary>Each fault in a sentence.</summary>
    public IReadOnlyList<string> Faults => faults;

    /// <summary>For programs.</summary>
    public string Code { get; init; } = "failed";

    public int ExitCode { get; init; } = 1;

    // A message can end with what a library has said.
    static string Sentence(string fault) => fault is [.., '.' or '?'] ? fault : $"{fault}.";
}
#pragma warning restore CA1032, CA1064

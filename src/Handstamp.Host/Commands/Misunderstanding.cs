using System.CommandLine;
using Handstamp.Host.Settings;

namespace Handstamp.Host.Commands;

/// <summary>Says in a sentence what is wrong with a command line.</summary>
static class Misunderstanding
{
    public static string Explain(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.TreatUnmatchedTokensAsErrors && parsed.UnmatchedTokens is [var unknown, ..]) return Explain(command, unknown);
        return command.Action is null && command.Subcommands.Count > 0
            ? $"{(command is RootCommand ? "handstamp" : command.Name)} needs a command: {string.Join(", ", Names(command.Subcommands))}."
            : Plain(parsed.Errors[0].Message);
    }

    /// <summary>An argument that the command does not know.</summary>
    public static string Explain(Command command, string unknown)
    {
        var (kind, known) = unknown.StartsWith('-') ? ("option", Names(OptionsOf(command)))
            : command.Subcommands.Count > 0 ? ("command", Names(command.Subcommands))
            : ("argument", []);
        var nearest = known.FirstOrDefault(name => unknown.Length > 1 && name.StartsWith(unknown, StringComparison.Ordinal))
            ?? (known.Any() ? Spelling.Nearest(unknown, known) : null);
        return nearest is null ? $"Unknown {kind} '{unknown}'." : $"Unknown {kind} '{unknown}'. Did you mean '{nearest}'?";
    }

    /// <summary>The options of the command, and those that it has from the commands above it.</summary>
    public static IEnumerable<Option> OptionsOf(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(OptionsOf).Where(option => option.Recursive));

    static IEnumerable<string> Names(IEnumerable<Symbol> symbols) => symbols.Where(symbol => !symbol.Hidden).Select(symbol => symbol.Name);

    // The parser writes lists on several lines.
    static string Plain(string message) =>
        message.Split('\n', StringSplitOptions.TrimEntries) is [var first, _, ..] lines ? $"{first} {string.Join(", ", lines[1..])}." : message;
}

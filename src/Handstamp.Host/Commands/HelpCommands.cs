using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp help</c> and <c>handstamp version</c>: what <c>--help</c> and <c>--version</c> show.</summary>
static class HelpCommands
{
    static readonly Argument<string[]> Words = new("COMMAND")
    {
        Description = "The command, such as user add. Omit it to list all commands.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create()
    {
        var help = new Command("help", "Show what a command does, and what it takes.") { Words };
        help.SetAction(ShowHelp);
        return help;
    }

    public static Command CreateVersion()
    {
        var version = new Command("version", "Show the version.");
        version.SetAction(parsed => Invoke(new VersionOption(), parsed));
        return version;
    }

    static int ShowHelp(ParseResult parsed)
    {
        var asked = parsed.RootCommandResult.Command.Parse(parsed.GetValue(Words) ?? [], CommandLine.Parser);
        return asked.UnmatchedTokens is [var unknown, ..]
            ? throw CommandFailedException.NotUnderstood(Misunderstanding.Explain(asked.CommandResult.Command, unknown))
            : Invoke(new HelpOption(), asked);
    }

    static int Invoke(Option option, ParseResult parsed) => ((SynchronousCommandLineAction)option.Action!).Invoke(parsed);
}

using System.CommandLine;
using Spectre.Console;

namespace Handstamp.Host.Commands;

/// <summary>The question before what can't be undone, and <c>--yes</c> as its answer.</summary>
static class Confirmation
{
    public static readonly Option<bool> Yes = new("--yes") { Description = "Don't ask." };

    public static void Demand(ParseResult parsed, string question)
    {
        if (parsed.GetValue(Yes)) return;
        if (Console.IsInputRedirected)
            throw new CommandFailedException($"{question} Nobody is there to answer: say --yes.");
        if (!AnsiConsole.Confirm(Printable.Of(question).EscapeMarkup(), defaultValue: false))
            throw new CommandFailedException("Nothing was changed.");
    }
}

using System.CommandLine;
using Spectre.Console;

namespace Handstamp.Host.Commands;

/// <summary>Asks before an operation that cannot be undone. <c>--yes</c> answers in advance.</summary>
static class Confirmation
{
    public static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask for confirmation." };

    public static void Demand(ParseResult parsed, string question)
    {
        if (parsed.GetValue(Yes)) return;
        if (Console.IsInputRedirected)
            throw new CommandFailedException($"{question} Not a terminal. Pass --yes to confirm.") { Code = "not_confirmed" };
        if (!AnsiConsole.Confirm(Printable.Of(question).EscapeMarkup(), defaultValue: false))
            throw new CommandFailedException("Nothing was changed.") { Code = "not_confirmed" };
    }
}

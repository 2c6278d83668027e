using System.CommandLine;
using System.Text;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp man</c>: the manual page, from the commands themselves. The Debian package installs it.</summary>
static class ManualCommand
{
    public static Command Create()
    {
        var manual = new Command("man", "Print the manual page.") { Hidden = true };
        manual.SetAction(parsed => Console.Out.Write(Page((RootCommand)parsed.RootCommandResult.Command)));
        return manual;
    }

    static string Page(RootCommand root)
    {
        var page = new StringBuilder();
        page.AppendLine(""".TH HANDSTAMP 1 "" "" "Handstamp" """.TrimEnd());
        page.AppendLine($".SH NAME\nhandstamp \\- {Text(root.Description!.TrimEnd('.'))}");
        page.AppendLine(".SH SYNOPSIS\n.B handstamp\n.I COMMAND\n[\n.I OPTION\n\\&... ]");
        page.AppendLine(".SH OPTIONS FOR ALL COMMANDS");
        foreach (var option in Shown(root.Options)) Write(page, option);
        page.AppendLine(".SH COMMANDS");
        foreach (var command in Shown(root.Subcommands)) Write(page, command, "handstamp");
        page.AppendLine(".SH EXIT STATUS\n0 means done, 1 means that the command failed, and 2 means that the command line is invalid.");
        return page.ToString();
    }

    static void Write(StringBuilder page, Command command, string before)
    {
        var name = $"{before} {command.Name}";
        if (command.Action is not null)
        {
            var arguments = string.Concat(Shown(command.Arguments).Select(argument => $" {argument.Name}"));
            page.AppendLine($".SS {Text(name)}{Text(arguments)}\n{Text(command.Description!)}");
            foreach (var argument in Shown(command.Arguments)) Write(page, argument.Name, argument.Description);
            foreach (var option in Shown(command.Options)) Write(page, option);
        }
        foreach (var inner in Shown(command.Subcommands)) Write(page, inner, name);
    }

    static void Write(StringBuilder page, Option option) =>
        Write(page, option.HelpName is { } value ? $"{option.Name} {value}" : option.Name, option.Description);

    static void Write(StringBuilder page, string name, string? description) =>
        page.AppendLine($".TP\n.B {Text(name)}\n{Text(description ?? "")}");

    static IEnumerable<T> Shown<T>(IEnumerable<T> symbols) where T : Symbol => symbols.Where(symbol => !symbol.Hidden);

    // A line that begins with a dot or an apostrophe would be a request.
    static string Text(string text)
    {
        var escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).ReplaceLineEndings(" ");
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? $"\\&{escaped}" : escaped;
    }
}

using System.CommandLine;
using System.Security.Cryptography;
using Spectre.Console;

namespace Handstamp.Host.Commands;

/// <summary>
/// Where a new password comes from. Never from an argument: every process of the machine can read those.
/// </summary>
sealed class NewPassword
{
    // Without the letters that are taken for one another.
    const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
    const int GeneratedLength = 20;

    readonly Option<string> _input = new("--password") { Description = "`-`: read it from standard input.", HelpName = "-" };
    readonly Option<string> _file = new("--password-file") { Description = "Read it from the first line of a file.", HelpName = "FILE" };
    readonly Option<bool> _generate = new("--generate") { Description = "Make one up and print it." };

    public NewPassword(Command command)
    {
        _input.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<string>() is not "-")
                given.AddError("A password among the arguments can be read by every process here. Use `--password -` or --password-file.");
        });
        command.Validators.Add(given =>
        {
            if (new Option[] { _input, _file, _generate }.Count(option => given.GetResult(option) is not null) > 1)
                given.AddError("Give one of --password, --password-file and --generate.");
        });
        command.Add(_input);
        command.Add(_file);
        command.Add(_generate);
    }

    /// <summary>The password, and whether it has to be shown, because nobody else knows it.</summary>
    public (string Password, bool IsGenerated) Get(ParseResult parsed)
    {
        if (parsed.GetValue(_generate)) return (RandomNumberGenerator.GetString(Alphabet, GeneratedLength), true);
        if (parsed.GetValue(_file) is { } file) return (ReadFile(file), false);
        return (parsed.GetValue(_input) is null ? Ask() : FirstLine(Console.In), false);
    }

    static string ReadFile(string file)
    {
        try
        {
            using var reader = File.OpenText(file);
            return FirstLine(reader);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The password file can't be read: {fault.Message}", fault);
        }
    }

    static string FirstLine(TextReader reader) =>
        reader.ReadLine() is { Length: > 0 } line ? line : throw new CommandFailedException("There is no password in it.");

    static string Ask()
    {
        if (Console.IsInputRedirected)
            throw new CommandFailedException("Nobody is there to ask for a password: use `--password -`, --password-file or --generate.");
        var password = AnsiConsole.Prompt(new TextPrompt<string>("Password:").Secret());
        return AnsiConsole.Prompt(new TextPrompt<string>("Again:").Secret()) == password
            ? password
            : throw new CommandFailedException("The two are not the same. Nothing was changed.");
    }
}

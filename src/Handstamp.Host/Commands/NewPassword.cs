using System.CommandLine;
using System.CommandLine.Parsing;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Storage;
using Spectre.Console;

namespace Handstamp.Host.Commands;

/// <summary>
/// Reads a new password. It never comes from an argument, because every process of the machine can read those.
/// </summary>
static class NewPassword
{
    // Without letters and digits that look alike.
    const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
    const int GeneratedLength = 20;

    // Longer than any password that the rules accept, which say themselves what is wrong with a long one.
    const int MaxLength = 4096;

    static readonly Option<string> Input = new("--password")
    {
        Description = "Read the password from standard input: `--password -`.",
        HelpName = "-",
        Validators = { RefuseText },
    };

    static readonly Option<string> FromFile = new("--password-file")
    {
        Description = "Read the password from the first line of a file.",
        HelpName = "FILE",
        Validators = { GlobalOptions.DemandText },
    };

    static readonly Option<bool> Generate = new("--generate") { Description = "Generate a password and print it." };

    /// <summary>Adds the options to the command.</summary>
    public static Command TakingPassword(this Command command) =>
        command.Taking([Input, FromFile, Generate], "Pass only one of --password, --password-file and --generate.");

    /// <summary>The same for a password that is only looked at.</summary>
    public static Command TakingPasswordToCheck(this Command command) =>
        command.Taking([Input, FromFile], "Pass only one of --password and --password-file.");

    /// <summary>The password, and whether it was generated and has to be shown.</summary>
    public static (string Password, bool IsGenerated) Get(ParseResult parsed) =>
        parsed.GetValue(Generate)
            ? (RandomNumberGenerator.GetString(Alphabet, GeneratedLength), true)
            : (Given(parsed) ?? AskTwice(), false);

    /// <summary>The password, asked for once if it comes from nowhere else.</summary>
    public static string GetToCheck(ParseResult parsed) =>
        Given(parsed) ?? Ask("Not a terminal. Pass the password with `--password -` or --password-file.");

    static Command Taking(this Command command, Option[] sources, string onlyOne)
    {
        foreach (var source in sources) command.Add(source);
        command.Validators.Add(given =>
        {
            if (sources.Count(source => given.GetResult(source) is not null) > 1) given.AddError(onlyOne);
        });
        return command;
    }

    static string? Given(ParseResult parsed) =>
        parsed.GetValue(FromFile) is { } file ? ReadFile(file)
        : parsed.GetValue(Input) is null ? null
        : FirstLine(Console.In);

    static void RefuseText(OptionResult given)
    {
        if (given.GetValueOrDefault<string>() is not "-")
            given.AddError("Every process on this machine can read the arguments. "
                + "Pass the password with `--password -` or --password-file.");
    }

    static string ReadFile(string file)
    {
        try
        {
            using var reader = SmallFile.Open(file);
            return FirstLine(reader);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"Cannot read the password file: {fault.Message}", fault);
        }
    }

    // A character at a time: a file without line breaks may have no end.
    static string FirstLine(TextReader reader)
    {
        var line = new StringBuilder();
        for (var next = reader.Read(); next is not (-1 or '\r' or '\n'); next = reader.Read())
        {
            if (line.Length == MaxLength)
                throw new CommandFailedException($"The first line is longer than {MaxLength} characters. It must be the password.");
            line.Append((char)next);
        }
        return line.Length > 0
            ? line.ToString()
            : throw new CommandFailedException("The first line is empty. It must be the password.");
    }

    static string AskTwice()
    {
        var password = Ask("Not a terminal. Pass the password with `--password -` or --password-file, or pass --generate.");
        return AnsiConsole.Prompt(new TextPrompt<string>("Again:").Secret()) == password
            ? password
            : throw new CommandFailedException("The passwords do not match. Nothing was changed.");
    }

    static string Ask(string noTerminal) =>
        Console.IsInputRedirected
            ? throw new CommandFailedException(noTerminal)
            : AnsiConsole.Prompt(new TextPrompt<string>("Password:").Secret());
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Security.Cryptography;
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
    };

    static readonly Option<bool> Generate = new("--generate") { Description = "Generate a password and print it." };

    static readonly Option[] Sources = [Input, FromFile, Generate];

    /// <summary>Adds the options to the command.</summary>
    public static Command TakingPassword(this Command command)
    {
        foreach (var source in Sources) command.Add(source);
        command.Validators.Add(given =>
        {
            if (Sources.Count(source => given.GetResult(source) is not null) > 1)
                given.AddError("Pass only one of --password, --password-file and --generate.");
        });
        return command;
    }

    /// <summary>The password, and whether it was generated and has to be shown.</summary>
    public static (string Password, bool IsGenerated) Get(ParseResult parsed)
    {
        if (parsed.GetValue(Generate)) return (RandomNumberGenerator.GetString(Alphabet, GeneratedLength), true);
        if (parsed.GetValue(FromFile) is { } file) return (ReadFile(file), false);
        return (parsed.GetValue(Input) is null ? Ask() : FirstLine(Console.In), false);
    }

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
            using var reader = File.OpenText(file);
            return FirstLine(reader);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"Cannot read the password file: {fault.Message}", fault);
        }
    }

    static string FirstLine(TextReader reader) =>
        reader.ReadLine() is { Length: > 0 } line
            ? line
            : throw new CommandFailedException("The first line is empty. It must be the password.");

    static string Ask()
    {
        if (Console.IsInputRedirected)
            throw new CommandFailedException(
                "Not a terminal. Pass the password with `--password -` or --password-file, or pass --generate.");
        var password = AnsiConsole.Prompt(new TextPrompt<string>("Password:").Secret());
        return AnsiConsole.Prompt(new TextPrompt<string>("Again:").Secret()) == password
            ? password
            : throw new CommandFailedException("The passwords do not match. Nothing was changed.");
    }
}

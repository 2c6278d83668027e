using System.CommandLine;
using System.Globalization;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Breached;
using Handstamp.Server.Audit;
using Handstamp.Server.Keys;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp passwords …</c>: which passwords may be chosen, and how their hashes are stored. Only <c>seal</c> uses the database.</summary>
static class PasswordCommands
{
    const string StandardInput = "-";

    static readonly Argument<string> Hashes = new("FILE")
    {
        Description = "SHA-1 hashes, one in a line, as Have I Been Pwned publishes them: HASH or HASH:COUNT. `-` reads standard input.",
        Validators = { GlobalOptions.DemandText },
    };

    static readonly Argument<string> List = new("OUTPUT")
    {
        Description = "Where to write the list. A list that is there is replaced.",
        Validators = { GlobalOptions.DemandText },
    };

    static readonly Option<long?> MinCount = new("--min-count")
    {
        Description = "Leave out passwords that were seen less often than this.",
        HelpName = "N",
        CustomParser = given =>
        {
            if (long.TryParse(given.Tokens[0].Value, CultureInfo.InvariantCulture, out var count) && count >= 1) return count;
            given.AddError("--min-count has to be a number from 1 on.");
            return null;
        },
    };

    static readonly Option<string> Email = new("--email")
    {
        Description = "The e-mail address of the person, which the password may not consist of.",
        HelpName = "EMAIL",
    };

    static readonly Option<bool> Unseal = new("--unseal")
    {
        Description = "Unseal them, if Keys:SealPasswords is off.",
    };

    public static Command Create()
    {
        var import = new Command("import", "Make a list of breached passwords for the setting Accounts:Password:BreachedFile.")
        {
            Hashes, List, MinCount,
        };
        import.SetAction(Import);
        var check = new Command("check", "Say whether a password may be chosen, and which rule it breaks.") { Email }.TakingPasswordToCheck();
        check.SetAction(Check);
        return new Command("passwords", "Check passwords, import breached ones, and seal the stored hashes.")
        {
            GlobalOptions.Json, import, check,
            new Command("seal", "Seal all stored password hashes, with the settings of the service.") { Unseal }.OnDatabase(SealAsync),
        };
    }

    static Task Import(ParseResult parsed, CancellationToken cancel)
    {
        using var interruption = new Interruption(cancel);
        var (source, output) = (parsed.GetRequiredValue(Hashes), Path.GetFullPath(parsed.GetRequiredValue(List)));
        try
        {
            DemandList(output);
            using var input = source == StandardInput ? Console.OpenStandardInput() : File.OpenRead(source);
            var made = new FilterWriter(output, Report(parsed)).Write(input, parsed.GetValue(MinCount), interruption.Token);
            var shown = new ImportedList(output, made.Lines, made.Passwords, made.Parts, made.Bytes);
            Answer.Write(parsed, shown, CommandJson.Readable.ImportedList, Show);
            return Task.CompletedTask;
        }
        catch (OperationCanceledException fault)
        {
            throw new CommandFailedException("Interrupted. No list was written.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CommandFailedException($"{fault.Message.TrimEnd('.')}. No list was written.", fault);
        }
    }

    /// <summary>Only a list is replaced. A mistyped name must not cost the database.</summary>
    static void DemandList(string output)
    {
        if (Path.GetDirectoryName(output) is not { } folder || Directory.Exists(output))
            throw new CommandFailedException($"Cannot write the list {output}: this is a directory.");
        if (!Directory.Exists(folder)) throw new CommandFailedException($"Cannot write the list {output}: the directory {folder} does not exist.");
        if (!File.Exists(output)) return;
        try
        {
            PasswordFilter.Open(output).Dispose();
        }
        catch (InvalidDataException fault)
        {
            throw new CommandFailedException($"{output} exists, and {fault.Message}. Choose another name.", fault);
        }
    }

    static Action<string> Report(ParseResult parsed) => sentence =>
    {
        if (!parsed.GetValue(GlobalOptions.Json)) Console.Error.WriteLine(sentence);
    };

    static void Show(ImportedList list)
    {
        var (passwords, lines, bytes) = (Number(list.Passwords), Number(list.Lines), Number(list.Bytes));
        Answer.Line($"Imported {passwords} passwords from {lines} lines: {bytes} bytes in {list.File}.");
        Answer.Line("Set Accounts:Password:BreachedFile to this file. A service that uses this file already needs no restart.");
    }

    static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    static async Task SealAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var isOn = service.Get<PasswordSeal>().IsOn;
        // A command that lacks a setting of the service must not undo it.
        if (isOn == parsed.GetValue(Unseal))
            throw new CommandFailedException(isOn
                ? "Keys:SealPasswords is on, so nothing is unsealed. Turn it off first."
                : "Keys:SealPasswords is off, so nothing is sealed. Turn it on, or pass --unseal to unseal all password hashes.");
        await service.Get<KeyRingService>().OpenAsync(cancel);
        var (changed, lost) = await service.Get<PasswordSealing>().RunAsync(Origin.Operator, cancel);
        Answer.WriteDone(parsed, $"{(isOn ? "Sealed" : "Unsealed")} {Number(changed)} password {(changed == 1 ? "hash" : "hashes")}.");
        if (lost > 0)
            throw new CommandFailedException(
                $"{Number(lost)} sealed password hashes cannot be opened, because their key is lost. Their owners have to set a new "
                + "password: docs/guide/keys.md.");
    }

    static int Check(ParseResult parsed)
    {
        var password = NewPassword.GetToCheck(parsed);
        using var app = HandstampApp.Build(GlobalOptions.ReadSettings(parsed).WithIssuer());
        string[] names = parsed.GetValue(Email) is { } email ? [email] : [];
        var fault = app.Services.GetRequiredService<PasswordPolicy>().Fault(password, names);
        var breached = app.Services.GetRequiredService<BreachedPasswords>().Contains(password);
        var result = new CheckedPassword(fault is null, fault?.Rule, fault?.Text, breached);
        Answer.Write(parsed, result, CommandJson.Readable.CheckedPassword, Show);
        return result.Accepted ? 0 : 1;
    }

    static void Show(CheckedPassword result)
    {
        Answer.Line(result.Accepted ? "Accepted." : $"Refused by the rule {result.Rule}. {result.Detail}");
        Answer.Line(result.Breached switch
        {
            null => "There is no list of breached passwords: Accounts:Password:BreachedFile is not set.",
            true => "The list of breached passwords has it.",
            false => "The list of breached passwords does not have it.",
        });
    }
}

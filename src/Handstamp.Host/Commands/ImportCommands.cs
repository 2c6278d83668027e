using System.CommandLine;
using System.CommandLine.Parsing;
using Handstamp.Host.Import;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Audit;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp import …</c>: what comes along from other systems.</summary>
static class ImportCommands
{
    static readonly Argument<string> File = new("FILE")
    {
        Description = "JSON lines, comma-separated values (.csv), or a JSON document with a list of users.",
        Validators = { GlobalOptions.DemandText },
    };

    static readonly Option<string> From = new Option<string>("--from")
    {
        Description = "The system that the file comes from. Without it, the file has the form of `handstamp export users`.",
        HelpName = "SYSTEM",
    }.AcceptOnlyFromAmong(UserFile.Systems);

    static readonly Option<string> Format = new Option<string>("--format")
    {
        Description = "The form of the file, if its name and its beginning do not tell.",
    }.AcceptOnlyFromAmong(UserFile.Lines, UserFile.Csv, UserFile.Json);

    static readonly Option<string> HashConfig = new("--hash-config")
    {
        Description = "For Firebase: a file with the project's password hash parameters, as its console shows them.",
        HelpName = "FILE",
        Validators = { GlobalOptions.DemandText, DemandFirebase },
    };

    static readonly Option<bool> Wrap = new("--wrap")
    {
        Description = "Wrap hashes that are fast to guess at (SHA, MD5-crypt, SHA-crypt) in Argon2id. Takes the time of a login for each.",
    };

    static readonly Option<bool> FormerPasswords = new("--former-passwords")
    {
        Description = "Users without a hash keep their passwords: the former system checks each one at the first login. See FormerSystem:PasswordUrl.",
    };

    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Check the file and report, but add nothing." };

    public static Command Create() => new("import", "Bring data along from another system.")
    {
        GlobalOptions.Json,
        new Command("users", "Add the users of a file. Users that are already there are skipped, so the command can be repeated.")
        {
            File, From, Format, HashConfig, Wrap, FormerPasswords, DryRun,
        }.OnNewDatabase(ImportAsync),
    };

    static void DemandFirebase(OptionResult given)
    {
        if (given.Parent is CommandResult command && command.GetValue(From) != UserFile.Firebase) given.AddError("--hash-config is for --from firebase.");
    }

    static async Task ImportAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        using var interruption = new Interruption(cancel);
        using var file = UserFile.Open(
            parsed.GetRequiredValue(File), parsed.GetValue(Format), parsed.GetValue(From), parsed.GetValue(HashConfig));
        var isTrial = parsed.GetValue(DryRun);
        var run = new ImportRun(service.Get<ImportOperations>(), new ImportReport(parsed, isTrial))
        {
            IsTrial = isTrial,
            Wrap = parsed.GetValue(Wrap),
            FormerPasswords = parsed.GetValue(FormerPasswords),
        };
        if (!isTrial) await service.OpenSealAsync(cancel);
        try
        {
            await run.RunAsync(file, Origin.Operator, interruption.Token);
        }
        catch (OperationCanceledException fault) when (interruption.Token.IsCancellationRequested)
        {
            throw new CommandFailedException("Interrupted. Run the command again to continue.", fault);
        }
        if (run.Refused > 0) throw new CommandFailedException("Some users were refused. The report says why.");
    }
}

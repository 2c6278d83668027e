using System.CommandLine;
using System.CommandLine.Help;
using Handstamp.Host.Commands;
using Handstamp.Host.Serve;
using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Options;

namespace Handstamp.Host;

/// <summary>The commands and their exit codes: 0 done, 1 failed, 2 invalid command line.</summary>
static class CommandLine
{
    const int Failed = 1;
    const int NotUnderstood = 2;

    // No `@file` for arguments and no `-abc` for `-a -b -c`: a value can look like either.
    static readonly ParserConfiguration Parser = new()
    {
        EnablePosixBundling = false,
        ResponseFileTokenReplacer = null,
    };

    // The host handles the signals. The other commands have nothing to clean up.
    static readonly InvocationConfiguration Invocation = new()
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    };

    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Commands().Parse(arguments, Parser);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
            return Explain(parsed.Errors[0].Message + " See --help.", NotUnderstood);
        try
        {
            return await parsed.InvokeAsync(Invocation);
        }
        catch (OptionsValidationException fault)
        {
            return Explain(string.Join(Environment.NewLine, fault.Failures), Failed);
        }
        catch (Exception fault)
            when (fault is CommandFailedException or StorageStartException or StorageUnavailableException)
        {
            return Explain(fault.Message, Failed);
        }
    }

    static RootCommand Commands() => new("Handstamp, a login and session-token service.")
    {
        GlobalOptions.Data,
        GlobalOptions.Config,
        ServeCommand.Create(),
        UserCommands.Create(),
        InvitationCommands.CreateInvite(),
        InvitationCommands.Create(),
        PasswordCommands.Create(),
        SessionCommands.Create(),
        KeyCommands.Create(),
        ApiCommands.Create(),
        AuditCommands.Create(),
        MailCommands.Create(),
        ImportCommands.Create(),
        ExportCommands.Create(),
        BackupCommand.Create(),
        MigrateCommand.Create(),
        MigrateStorageCommand.Create(),
        CheckConfigCommand.Create(),
    };

    static int Explain(string message, int exitCode)
    {
        Console.Error.WriteLine(Printable.OfLines(message));
        return exitCode;
    }
}

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
    /// <summary>No <c>@file</c> for arguments and no <c>-abc</c> for <c>-a -b -c</c>: a value can look like either.</summary>
    public static readonly ParserConfiguration Parser = new()
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
        try
        {
            var parsed = Commands().Parse(arguments, Parser);
            return IsUnderstood(parsed)
                ? await parsed.InvokeAsync(Invocation)
                : throw CommandFailedException.NotUnderstood(Misunderstanding.Explain(parsed));
        }
        // A stack trace says nothing to an operator.
        catch (Exception fault)
        {
            var failure = FailureOf(fault);
            // Also if the command line is not understood.
            if (arguments.Contains(GlobalOptions.Json.Name)) Answer.WriteFailure(failure);
            else await Console.Error.WriteLineAsync(Printable.OfLines(failure.Message));
            return failure.ExitCode;
        }
    }

    /// <summary>All commands. The help, the suggestions and the completion of shells are made from them.</summary>
    public static RootCommand Commands()
    {
        var commands = new RootCommand("Handstamp, a login and session-token service.")
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
            UpgradeCommands.Create(),
            MigrateStorageCommand.Create(),
            CheckConfigCommand.Create(),
            HealthCommand.Create(),
            CompletionCommands.Create(),
            CompletionCommands.CreateComplete(),
            HelpCommands.Create(),
            HelpCommands.CreateVersion(),
            ManualCommand.Create(),
        };
        // A path can look like the forms of Windows. The directives would take an argument in brackets.
        commands.Options.Remove(commands.Options.OfType<HelpOption>().Single());
        commands.Options.Add(new HelpOption("--help", "-h"));
        commands.Directives.Clear();
        return commands;
    }

    // To get help, nothing else has to be passed. But a mistyped command has no help.
    static bool IsUnderstood(ParseResult parsed) => parsed.Action is HelpAction
        ? parsed.UnmatchedTokens.Count == 0 || parsed.CommandResult.Command.Subcommands.Count == 0
        : parsed.Errors.Count == 0;

    // The service logs the exception with its cause. A command shows only the message.
    static string WithCause(Exception fault) => fault is StorageUnavailableException { InnerException: { } cause }
        ? $"{FileBytes.ReasonOf(fault)}: {FileBytes.ReasonOf(cause)}."
        : fault.Message;

    static CommandFailedException FailureOf(Exception fault) => fault switch
    {
        CommandFailedException failed => failed,
        OptionsValidationException invalid => CommandFailedException.InvalidSettings([.. invalid.Failures]),
        StorageStartException or StorageUnavailableException => new(WithCause(fault), fault) { Code = "storage_unavailable" },
        _ => new($"Handstamp has failed in a way that it does not know: {FileBytes.ReasonOf(fault)}.", fault) { Code = "internal_error" },
    };
}

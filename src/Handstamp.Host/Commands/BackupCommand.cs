using System.CommandLine;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp backup FILE</c>: copies the running database.</summary>
static class BackupCommand
{
    static readonly Argument<string> Copy = new("FILE")
    {
        Description = "Where to write the copy. The file must not exist yet.",
        Validators = { GlobalOptions.DemandText },
    };

    public static Command Create() =>
        new Command("backup", "Copy the SQLite database, also while the service runs. The copy does not contain the master key.")
        {
            Copy,
            GlobalOptions.Json,
        }.OnDatabase(CopyAsync);

    static async Task CopyAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var target = Path.GetFullPath(parsed.GetRequiredValue(Copy));
        var folder = Path.GetDirectoryName(target);
        if (folder is not null && !Directory.Exists(folder))
            throw new CommandFailedException($"Cannot write the copy {target}: the directory {folder} does not exist.");
        try
        {
            await service.Get<IStorage>().BackupAsync(target, cancel);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The exception may name the temporary file, which means nothing to the operator.
            var reason = File.Exists(target) || Directory.Exists(target)
                ? "the file already exists, and a backup never replaces a file."
                : $"{folder} must be writable and have enough free space.";
            throw new CommandFailedException($"Cannot write the copy {target}: {reason}", fault);
        }
        catch (NotSupportedException fault)
        {
            throw new CommandFailedException(fault.Message, fault);
        }
        Answer.WriteDone(parsed,
            $"Copied to {target}. Back up the master key separately: without it, the sessions in the copy cannot be used.");
    }
}

using System.CommandLine;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp backup FILE</c>: a copy of the running database.</summary>
static class BackupCommand
{
    static readonly Argument<string> Copy = new("FILE")
    {
        Description = "The copy; it must not exist yet.",
        Validators = { GlobalOptions.DemandText },
    };

    public static Command Create() =>
        new Command("backup", "Copy the database, also while the service runs. The master key is not in it.")
        {
            Copy,
            GlobalOptions.Json,
        }.OnDatabase(CopyAsync);

    static async Task CopyAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var target = Path.GetFullPath(parsed.GetRequiredValue(Copy));
        var folder = Path.GetDirectoryName(target);
        if (folder is not null && !Directory.Exists(folder))
            throw new CommandFailedException($"The copy {target} can't be written: there is no directory {folder}.");
        try
        {
            await service.Get<IStorage>().BackupAsync(target, cancel);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The fault may name the file that becomes the copy when it is whole: nobody has heard of that one.
            var reason = File.Exists(target) || Directory.Exists(target)
                ? "it exists already, and a backup replaces nothing."
                : $"{folder} takes no such file. It has to be writable, and to have room.";
            throw new CommandFailedException($"The copy {target} can't be written: {reason}", fault);
        }
        catch (NotSupportedException fault)
        {
            throw new CommandFailedException(fault.Message, fault);
        }
        Answer.WriteDone(parsed,
            $"Copied to {target}. Keep the master key elsewhere: without it the copy opens no session.");
    }
}

using System.CommandLine;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp backup FILE</c>: a copy of the running database.</summary>
static class BackupCommand
{
    static readonly Argument<string> Copy = new("FILE") { Description = "The copy; it must not exist yet." };

    public static Command Create() =>
        new Command("backup", "Copy the database, also while the service runs. The master key is not in it.")
        {
            Copy,
            GlobalOptions.Json,
        }.OnDatabase(CopyAsync);

    static async Task CopyAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var target = Path.GetFullPath(parsed.GetRequiredValue(Copy));
        try
        {
            await service.Get<IStorage>().BackupAsync(target, cancel);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The copy can't be written: {fault.Message}", fault);
        }
        catch (NotSupportedException fault)
        {
            throw new CommandFailedException(fault.Message, fault);
        }
        Answer.WriteDone(parsed,
            $"Copied to {target}. Keep the master key elsewhere: without it the copy opens no session.");
    }
}

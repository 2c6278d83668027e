using System.CommandLine;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp backup FILE</c>: a copy of the running database.</summary>
static class BackupCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The copy; it must not exist yet." };
        return new Command("backup", "Copy the database, also while the service runs. The master key is not in it.") { file, GlobalOptions.Json }
            .OnDatabase(async (parsed, service, cancel) =>
            {
                var target = Path.GetFullPath(parsed.GetRequiredValue(file));
                await CopyAsync(service, target, cancel);
                Answer.WriteDone(parsed, $"Copied to {target}. Keep the master key elsewhere: without it the copy opens no session.");
            });
    }

    static async Task CopyAsync(OpenService service, string target, CancellationToken cancel)
    {
        try
        {
            await service.Get<IStorage>().BackupAsync(target, cancel);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The copy can't be written: {fault.Message}", fault);
        }
    }
}

using System.CommandLine;

namespace Handstamp.Host.Commands;

/// <summary>
/// <c>handstamp migrate</c>: updates the schema and exits, for an installation whose service may not update it.
/// </summary>
static class MigrateCommand
{
    public static Command Create() =>
        new Command("migrate", "Update the database schema, as `serve` does at its start.")
        {
            GlobalOptions.Json,
        }.OnNewDatabase((parsed, _, _) =>
        {
            Answer.WriteDone(parsed, "The schema is up to date.");
            return Task.CompletedTask;
        });
}

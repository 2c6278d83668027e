using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using Handstamp.Server.Storage.Moving;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.Storage.Postgres.Moving;
using Handstamp.Storage.Sqlite.Engine;
using Handstamp.Storage.Sqlite.Moving;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp migrate-storage --from sqlite:FILE --to postgres:CONNECTION-STRING</c>: moves the data.</summary>
static class MigrateStorageCommand
{
    const string Sqlite = "sqlite:";
    const string Postgres = "postgres:";
    const string PostgresUrl = "postgresql:";
    const string StandardInput = "-";

    static readonly Option<string> From = Place("--from", [Sqlite],
        "The database to move. Stop the service first.", "sqlite:FILE");

    static readonly Option<string> To = Place("--to", [Postgres, PostgresUrl],
        "An empty database: a connection string as in Storage:ConnectionString, or a URL. postgres:- reads it from standard input.",
        "postgres:CONNECTION-STRING");

    static readonly Columns<MovedTable> Columns = new()
    {
        { "Table", table => table.Name },
        { "Rows", table => table.Rows.ToString("N0", CultureInfo.InvariantCulture) },
        { "Digest, identical in both", table => table.Digest },
    };

    public static Command Create()
    {
        var command = new Command("migrate-storage", "Move everything from SQLite to PostgreSQL. People stay logged in.")
        {
            From,
            To,
            GlobalOptions.Json,
        };
        command.SetAction(MoveAsync);
        return command;
    }

    static Option<string> Place(string name, string[] prefixes, string description, string helpName)
    {
        var option = new Option<string>(name) { Description = description, HelpName = helpName, Required = true };
        option.Validators.Add(given =>
        {
            var value = given.GetValueOrDefault<string>();
            if (!Array.Exists(prefixes, prefix => value.StartsWith(prefix, StringComparison.Ordinal) && value.Length > prefix.Length))
                given.AddError($"{name} must have the form {helpName}.");
        });
        return option;
    }

    static async Task MoveAsync(ParseResult parsed, CancellationToken cancel)
    {
        using var interruption = new Interruption(cancel);
        try
        {
            using var source = SqliteMoveSource.Open(Parse(parsed, From, Sqlite, SqliteFile.Parse));
            using var target = await PostgresMoveTarget.OpenAsync(
                Parse(parsed, To, Postgres, PostgresServer.Parse), interruption.Token);
            var tables = MoveProgress.Run(parsed, progress => new Move(source, target, progress, interruption.Token).Run());
            Answer.Write(parsed, new MoveReport(source.Name, target.Name, tables), CommandJson.Readable.MoveReport, Show);
        }
        catch (OperationCanceledException fault)
        {
            throw new CommandFailedException("Interrupted. Both databases are unchanged.", fault);
        }
        catch (Exception fault) when (fault is DbException or IOException or TimeoutException)
        {
            throw new CommandFailedException($"{fault.Message} Both databases are unchanged.", fault);
        }
    }

    static T Parse<T>(ParseResult parsed, Option<string> option, string prefix, Func<string, T> parse)
    {
        var given = parsed.GetRequiredValue(option);
        // A PostgreSQL URL begins with the prefix itself.
        var text = given.StartsWith(PostgresUrl, StringComparison.Ordinal) || given.StartsWith(Postgres + "//", StringComparison.Ordinal)
            ? given : given[prefix.Length..];
        try
        {
            return parse(text == StandardInput ? Console.In.ReadLine() ?? "" : text);
        }
        catch (ArgumentException fault)
        {
            throw CommandFailedException.At(option.Name, fault);
        }
    }

    static void Show(MoveReport report)
    {
        Answer.Show(report.Tables, Columns);
        Console.Out.WriteLine(Printable.OfLines($"""
            Moved to {report.To}. Handstamp refuses to open {report.From} from now on. Keep the file until everything works.

            Set on every node:
              Storage:Provider          postgres
              Storage:ConnectionString  the value that you passed to --to
              Keys:MasterKeyFile        a copy of the service's master key, or set HANDSTAMP_MASTER_KEY instead
            """));
    }
}

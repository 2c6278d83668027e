using System.CommandLine;
using System.Globalization;
using Handstamp.Server.Storage.Moving;
using Spectre.Console;

namespace Handstamp.Host.Commands;

/// <summary>Shows the progress of a move: bars on a terminal, one line per table into a pipe, nothing with --json.</summary>
static class MoveProgress
{
    public static T Run<T>(ParseResult parsed, Func<IMoveProgress, T> move)
    {
        if (parsed.GetValue(GlobalOptions.Json)) return move(new Silence());
        if (Console.IsOutputRedirected) return move(new Lines());
        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn())
            .Start(context => move(new Bars(context)));
    }

    static string Describe(MoveStage stage, string table, long rows) =>
        string.Create(CultureInfo.InvariantCulture, $"{stage} {table}: {rows:N0}");

    sealed class Silence : IMoveProgress
    {
        public void Begin(MoveStage stage, string table, long rows)
        {
        }

        public void Advance()
        {
        }
    }

    sealed class Lines : IMoveProgress
    {
        public void Begin(MoveStage stage, string table, long rows) => Answer.Line(Describe(stage, table, rows));

        public void Advance()
        {
        }
    }

    sealed class Bars(ProgressContext context) : IMoveProgress
    {
        // To update a bar takes a lock and draws it, so not for every row.
        const int Step = 1000;

        ProgressTask? _bar;
        long _rows;

        public void Begin(MoveStage stage, string table, long rows)
        {
            _rows = 0;
            // An empty table is done at once.
            _bar = context.AddTask(Describe(stage, table, rows), maxValue: Math.Max(1, rows)).Value(rows == 0 ? 1 : 0);
        }

        public void Advance()
        {
            if (++_rows % Step == 0 || _rows == _bar!.MaxValue) _bar!.Value = _rows;
        }
    }
}

using System.Text;
using Handstamp.Rig.Runs;
using Handstamp.Rig.Targets;

namespace Handstamp.Rig.Report;

/// <summary>All of bench/RESULTS-postgres.md.</summary>
sealed class PostgresPage(Results results, Contestants contestants)
{
    readonly Figures _figures = new(results);
    readonly StringBuilder _text = new();

    public string Write()
    {
        Head();
        Load("Refresh", Operations.Refresh, Written());
        _text.AppendLine().AppendLine("![Refresh](charts/postgres-cpu.svg)");
        Load("A forged refresh token", Operations.Forged);
        Nodes();
        Many(results.Many!);
        Section("The budgets", new PostgresBudgets(results.Many!, _figures).ToTable());
        return _text.ToString();
    }

    void Head() => _text.AppendLine($"""
        # Results on PostgreSQL

        Written by `bench/run --postgres`; [README.md](README.md) says what is measured and how to read the figures. Measured on
        {results.Measured} at commit {results.Commit}: {results.Machine}; {Settings.Callers} callers,
        rounds: {results.Rounds}, {Format.Number(results.Seconds)} s for each load after its warm-up. Each figure is the
        median of the rounds, each ratio the median of the ratios inside a round. Generator, services and
        PostgreSQL share the processors, perhaps with other programs: **CPU per operation is the figure to trust**, only as
        a ratio within this run.
        """);

    void Load(string title, string operation, params (string Title, Func<string, string> Text)[] more)
    {
        var table = new Table(
        [
            "", "node CPU, ms", "(least to most)", "to the floor", "PostgreSQL CPU, ms", "per second", "p50, ms",
            "p99, ms", .. more.Select(column => column.Title),
        ]);
        foreach (var contestant in contestants.All.Where(contestant => contestant.Service!.Nodes == 1))
            table.Row([contestant.Name, .. Cells(contestant.Key, operation), .. more.Select(column => column.Text(contestant.Key))]);
        Section(title, table);
    }

    string[] Cells(string contestant, string operation)
    {
        double Of(Func<Result, double> figure) => _figures.Median(contestant, operation, figure);
        var (least, most) = _figures.Range(contestant, operation, Node);
        return
        [
            $"**{Format.Number(Of(Node))}**", $"{Format.Number(least)} to {Format.Number(most)}",
            ToTheFloor(contestant, operation, Node), $"**{Format.Number(Of(Postgres))}**",
            Format.Number(Of(result => result.PerSecond)), Format.Number(Of(result => result.P50Milliseconds)),
            Format.Number(Of(result => result.P99Milliseconds)),
        ];
    }

    // The costs that a refused token must not have.
    (string, Func<string, string>)[] Written() =>
    [
        ("PostgreSQL CPU to the floor's", contestant => ToTheFloor(contestant, Operations.Refresh, Postgres)),
        ("WAL bytes", Rounded(0, result => result.Database!.WalBytes)),
        ("transactions", Rounded(2, result => result.Database!.Transactions)),
        ("rows added", Rounded(2, result => result.Rows!.Value)),
        ("HOT updates", contestant => Format.Share(Refresh(contestant, result => result.Database!.HotShare))),
        ("node, MB", Rounded(0, result => result.Megabytes)),
    ];

    Func<string, string> Rounded(int digits, Func<Result, double> figure) =>
        contestant => Format.Number(Math.Round(Refresh(contestant, figure), digits));

    double Refresh(string contestant, Func<Result, double> figure) =>
        _figures.Median(contestant, Operations.Refresh, figure);

    string ToTheFloor(string contestant, string operation, Func<Result, double> figure) =>
        Format.Times(_figures.Ratio(contestant, Contestants.FloorKey, operation, figure));

    void Nodes()
    {
        var table = new Table(
            "", "per second", "p50, ms", "p99, ms", "node CPU, ms", "PostgreSQL CPU, ms", "processors busy with them");
        foreach (var contestant in contestants.All.Where(contestant => contestant.Service!.Dialect == Dialect.Handstamp
            && contestant.Key != Contestants.FloorKey))
        {
            double Of(Func<Result, double> figure) => Refresh(contestant.Key, figure);
            table.Row(
                contestant.Name, Format.Number(Of(result => result.PerSecond)),
                Format.Number(Of(result => result.P50Milliseconds)), Format.Number(Of(result => result.P99Milliseconds)),
                Format.Number(Of(Node)), Format.Number(Of(Postgres)),
                Format.Number(Of(result => result.TotalCpuMilliseconds * result.PerSecond / 1000)));
        }

        Section("Several nodes", table);
        _text.AppendLine().AppendLine($"""
            The same {Settings.Callers} callers and the same PostgreSQL; the callers are divided among the nodes. One node,
            PostgreSQL and the generator already use up {Environment.ProcessorCount} processors, so more nodes cannot do more
            refreshes here. The table shows whether a refresh costs more with more nodes: see the CPU columns. It cannot show how
            throughput grows when each node has its own machine.
            """);
    }

    void Many(ManySessions many)
    {
        var table = new Table("", "");
        table.Row("sessions, refreshes of each", $"{many.Sessions:N0}, {many.Rotations}");
        table.Row("bytes of a session, indexes included: when new, after the refreshes",
            $"{many.BytesWhenNew:N0}, {many.BytesWhenUsed:N0}");
        table.Row("sessions in a page of 8 kB", Format.Number(many.RowsPerPage));
        table.Row("WAL bytes of a refresh, without whole pages", Format.Number(many.WalBytes));
        table.Row("additional WAL bytes of the first refresh in a page after a checkpoint", Format.Number(many.ImageBytes));
        table.Row("node CPU of a refresh", Format.Milliseconds(many.NodeMilliseconds));
        table.Row("PostgreSQL CPU of a refresh, checkpoint included", Format.Milliseconds(many.PostgresMilliseconds));
        table.Row("HOT updates", Format.Share(many.HotShare));
        Section("Many sessions", table);
        _text.AppendLine().AppendLine("""
            With 32 sessions, which are all in a few pages, the cost of a checkpoint does not show: after a checkpoint, the first
            change of each page writes the whole page to the log. Here, each session is refreshed once after a checkpoint, in
            random order, and then again without another checkpoint. [capacity.md](../docs/guide/capacity.md) is calculated from
            these figures.
            """);
    }

    static double Node(Result result) => result.CpuMilliseconds;

    static double Postgres(Result result) => result.Database!.CpuMilliseconds;

    void Section(string title, Table table) => _text.AppendLine().AppendLine($"## {title}").AppendLine().Append(table);
}

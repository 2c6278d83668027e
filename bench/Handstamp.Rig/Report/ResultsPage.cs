using System.Text;
using Handstamp.Rig.Targets;

namespace Handstamp.Rig.Report;

/// <summary>All of bench/RESULTS.md.</summary>
sealed class ResultsPage(Results results, Contestants contestants)
{
    const string Floor = Contestants.FloorKey;

    readonly Figures _figures = new(results);
    readonly StringBuilder _text = new();

    public string Write()
    {
        Head();
        Load(
            "Refresh", Operations.Refresh, "refresh-cpu.svg", "refresh-throughput.svg",
            "refresh-latency.svg", "written.svg");
        Load("A forged refresh token", Operations.Forged);
        Load("Login, at equal cost of the hash", Operations.Login, "login-cpu.svg");
        Load("API call, token seen before", Operations.Known, "api-cpu.svg");
        Load("API call, a new token each time", Operations.New);
        Memory();
        Starts();
        Section("The budgets", new Budgets(results, _figures).ToTable());
        return _text.ToString();
    }

    void Head() => _text.AppendLine($"""
        # Results

        Written by `bench/run`; [README.md](README.md) says what is measured and how to read the figures. Measured on
        {results.Measured} at commit {results.Commit}: {results.Machine}; {Settings.Callers} callers,
        rounds: {results.Rounds}, {Format.Number(results.Seconds)} s for each load after its warm-up. Each figure is the
        median of the rounds, each ratio the median of the ratios inside a round. Generator
        and server share the processors, perhaps with other programs: **CPU per operation is the figure to trust**, only as
        a ratio within this run. [RESULTS-postgres.md](RESULTS-postgres.md) is the same on PostgreSQL.
        """);

    void Load(string title, string operation, params string[] charts)
    {
        var table = new Table(
            "", "server CPU, ms", "(least to most)", "to the floor", "generator CPU, ms", "its share", "per second",
            "p50, ms", "p99, ms", "bytes written", "rows added", "resident, MB");
        foreach (var contestant in contestants.All.Where(contestant => _figures.Has(contestant.Key, operation)))
            table.Row([NameOf(contestant, operation), .. Cells(contestant.Key, operation)]);
        Section(title, table, charts);
    }

    static string NameOf(Contestant contestant, string operation) =>
        operation is Operations.Known or Operations.New ? contestant.Api!.Name : contestant.Name;

    string[] Cells(string contestant, string operation)
    {
        double Of(Func<Result, double> figure) => _figures.Median(contestant, operation, figure);
        var (least, most) = _figures.Range(contestant, operation, result => result.CpuMilliseconds);
        var isApi = operation is Operations.Known or Operations.New;
        return
        [
            $"**{Format.Number(Of(result => result.CpuMilliseconds))}**",
            $"{Format.Number(least)} to {Format.Number(most)}",
            Format.Times(_figures.Ratio(contestant, Floor, operation, result => result.CpuMilliseconds)),
            Format.Number(Of(result => result.GeneratorMilliseconds)),
            $"{Of(Share):P0}",
            Format.Number(Of(result => result.PerSecond)),
            Format.Number(Of(result => result.P50Milliseconds)),
            Format.Number(Of(result => result.P99Milliseconds)),
            isApi ? "" : Format.Number(Of(result => result.WrittenBytes)),
            isApi ? "" : Rows(contestant, operation),
            Format.Number(Of(result => result.Megabytes)),
        ];
    }

    static double Share(Result result) =>
        result.GeneratorMilliseconds / (result.GeneratorMilliseconds + result.CpuMilliseconds);

    string Rows(string contestant, string operation)
    {
        var rows = _figures.Median(contestant, operation, result => result.Rows ?? double.NaN);
        return double.IsNaN(rows) ? "" : Format.Number(Math.Round(rows, 2));
    }

    void Memory()
    {
        var table = new Table("", "after the start, MB", "after the refreshes, MB", "after the logins, MB");
        foreach (var contestant in Services)
            table.Row(
                contestant.Name,
                Format.Number(_figures.IdleMegabytes(contestant.Key)),
                Format.Number(Megabytes(contestant, Operations.Refresh)),
                contestant.Service!.HasAccounts ? Format.Number(Megabytes(contestant, Operations.Login)) : "");
        Section("Resident memory", table, "memory.svg");
    }

    double Megabytes(Contestant contestant, string operation) =>
        _figures.Median(contestant.Key, operation, result => result.Megabytes);

    void Starts()
    {
        var table = new Table("", "to the first answer, ms", "to the first answered login, ms");
        foreach (var contestant in Services)
            table.Row(contestant.Name, StartOf(contestant, Start.Answer), StartOf(contestant, Start.Login));
        Section("Start", table, "start.svg");
    }

    string StartOf(Contestant contestant, string first) => _figures.HasStart(contestant.Key, first)
        ? Format.Number(_figures.StartMilliseconds(contestant.Key, first))
        : "";

    IEnumerable<Contestant> Services => contestants.All.Where(contestant => contestant.Service is not null);

    void Section(string title, Table table, params string[] charts)
    {
        _text.AppendLine().AppendLine($"## {title}").AppendLine().Append(table);
        foreach (var chart in charts) _text.AppendLine().AppendLine($"![{title}](charts/{chart})");
    }
}

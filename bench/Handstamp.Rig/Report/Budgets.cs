namespace Handstamp.Rig.Report;

/// <summary>What Handstamp has promised itself, and what was measured.</summary>
sealed class Budgets(Results results, Figures figures)
{
    const string Handstamp = "handstamp";
    const string Floor = "floor";

    public Table ToTable()
    {
        var table = new Table("what", "budget", "measured", "met?");
        Least(
            table, "refresh, throughput, to the floor's", 0.75,
            Ratio(Operations.Refresh, result => result.PerSecond), Format.Times);
        Most(table, "refresh, CPU, to the floor's", 1.3, Ratio(Operations.Refresh, Cpu), Format.Times);
        Most(table, "forged refresh token, CPU", 0.05, Median(Operations.Forged, Cpu), Milliseconds);
        Most(
            table, "forged refresh token, bytes written", 0,
            Median(Operations.Forged, result => result.WrittenBytes), Format.Number);
        Most(
            table, "API call, token seen before, CPU, to the floor's", 1.15,
            Ratio(Operations.Known, Cpu), Format.Times);
        Most(table, "API call, new token, CPU", 0.11, Median(Operations.New, Cpu), Milliseconds);
        Most(
            table, "login, CPU, to the floor's (a hash and an insert)", 1.05,
            Ratio(Operations.Login, Cpu), Format.Times);
        Most(table, "memory after the start", 50, figures.IdleMegabytes(Handstamp), Megabytes);
        Most(
            table, "memory under load (refreshes)", 80,
            Median(Operations.Refresh, result => result.Megabytes), Megabytes);
        Most(
            table, "start to the first answered login", 150,
            figures.StartMilliseconds(Handstamp, Start.Login), Milliseconds);
        Most(table, "executable", 35, results.ExecutableMegabytes, Megabytes);
        Most(
            table, "rows added by a refresh", 0,
            Math.Round(Median(Operations.Refresh, result => result.Rows!.Value), 3), Format.Number);
        table.Row(
            "bytes written per refresh", "recorded",
            Format.Number(Median(Operations.Refresh, result => result.WrittenBytes)), "");
        table.Row(
            "refresh in a login flood, p99, to that without", "at most 2.00 ×", "[flood.md](../docs/proof/flood.md)", "");
        table.Row(
            "session row; refresh at 10 million sessions", "400 bytes; 1.25 ×", "[size.md](../docs/proof/size.md)", "");
        return table;
    }

    static double Cpu(Result result) => result.CpuMilliseconds;

    static string Milliseconds(double value) => $"{Format.Number(value)} ms";

    static string Megabytes(double value) => $"{Format.Number(value)} MB";

    double Ratio(string operation, Func<Result, double> figure) => figures.Ratio(Handstamp, Floor, operation, figure);

    double Median(string operation, Func<Result, double> figure) => figures.Median(Handstamp, operation, figure);

    static void Most(Table table, string what, double budget, double measured, Func<double, string> format) =>
        table.Row(what, $"at most {format(budget)}", format(measured), measured <= budget ? "yes" : "**no**");

    static void Least(Table table, string what, double budget, double measured, Func<double, string> format) =>
        table.Row(what, $"at least {format(budget)}", format(measured), measured >= budget ? "yes" : "**no**");
}

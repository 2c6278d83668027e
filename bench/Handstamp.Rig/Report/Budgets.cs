using Handstamp.Rig.Targets;

namespace Handstamp.Rig.Report;

/// <summary>Handstamp's promises to itself, and what was measured.</summary>
sealed class Budgets(Results results, Figures figures)
{
    const string Handstamp = Contestants.OurKey;
    const string Floor = Contestants.FloorKey;

    public Table ToTable()
    {
        var table = new BudgetTable();
        table.Least(
            "refresh, throughput, to the floor's", 0.8,
            Ratio(Operations.Refresh, result => result.PerSecond), Format.Times);
        table.Most("refresh, CPU, to the floor's", 1.2, Ratio(Operations.Refresh, Cpu), Format.Times);
        table.Most("forged refresh token, CPU", 0.05, Median(Operations.Forged, Cpu), Format.Milliseconds);
        table.Most(
            "forged refresh token, bytes written", 0,
            Median(Operations.Forged, result => result.WrittenBytes), Format.Number);
        table.Most(
            "API call, token seen before, CPU, to that of the floor with routing and authorization", 1.15,
            Ratio(Operations.Known, Cpu, Contestants.RoutedFloorKey), Format.Times);
        table.Most(
            "API call, token seen before, CPU, to MapIdentityApi's", 0.45,
            Ratio(Operations.Known, Cpu, Contestants.IdentityApiKey), Format.Times);
        table.Most(
            "API call, new token, CPU, to the floor's (one signature)", 1.25,
            Ratio(Operations.New, Cpu), Format.Times);
        table.Most(
            "API call, new token, CPU, to AddJwtBearer's", 1,
            Ratio(Operations.New, Cpu, Contestants.JwtBearerKey), Format.Times);
        table.Most(
            "login, CPU, to the floor's (a hash and an insert)", 1.05,
            Ratio(Operations.Login, Cpu), Format.Times);
        table.Most("memory after the start", 75, figures.IdleMegabytes(Handstamp), Format.Megabytes);
        table.Most(
            "memory under load (refreshes)", 110,
            Median(Operations.Refresh, result => result.Megabytes), Format.Megabytes);
        table.Most(
            "start to the first answered login", 150,
            figures.StartMilliseconds(Handstamp, Start.Login), Format.Milliseconds);
        table.Most("executable", 50, results.ExecutableMegabytes, Format.Megabytes);
        table.Most(
            "rows added by a refresh", 0,
            Math.Round(Median(Operations.Refresh, result => result.Rows!.Value), 3), Format.Number);
        table.Note(
            "bytes written per refresh", "recorded",
            Format.Number(Median(Operations.Refresh, result => result.WrittenBytes)));
        table.Note("refresh in a login flood, p99, to that without the flood", "at most 2.00 ×", "[flood.md](../docs/proof/flood.md)");
        table.Note("session row; refresh at 10 million sessions", "400 bytes; 1.25 ×", "[size.md](../docs/proof/size.md)");
        return table.ToTable();
    }

    static double Cpu(Result result) => result.CpuMilliseconds;

    double Ratio(string operation, Func<Result, double> figure, string other = Floor) =>
        figures.Ratio(Handstamp, other, operation, figure);

    double Median(string operation, Func<Result, double> figure) => figures.Median(Handstamp, operation, figure);
}

using Handstamp.Rig.Runs;
using Handstamp.Rig.Targets;

namespace Handstamp.Rig.Report;

/// <summary>Handstamp's promises to itself on PostgreSQL, and what was measured.</summary>
sealed class PostgresBudgets(ManySessions many, Figures figures)
{
    public Table ToTable()
    {
        var table = new BudgetTable();
        table.Most("refresh, node CPU, to the floor's", 1.25, Ratio(result => result.CpuMilliseconds), Format.Times);
        table.Most(
            "refresh, PostgreSQL CPU, to the floor's", 1.25, Ratio(result => result.Database!.CpuMilliseconds),
            Format.Times);
        table.Most(
            "transactions of a refresh", 1,
            Math.Round(Median(Operations.Refresh, result => result.Database!.Transactions), 2), Format.Number);
        table.Most(
            "rows added by a refresh", 0,
            Math.Round(Median(Operations.Refresh, result => result.Rows!.Value), 3), Format.Number);
        table.Least("HOT updates among the rotations of many sessions", 0.99, many.HotShare, Format.Share);
        table.Most("session row, indexes included, when new", 400, many.BytesWhenNew, Format.Bytes);
        table.Most("session row, indexes included, after refreshes", 400, many.BytesWhenUsed, Format.Bytes);
        table.Most(
            "forged refresh token, CPU", 0.05, Median(Operations.Forged, result => result.CpuMilliseconds),
            Format.Milliseconds);
        table.Most(
            "forged refresh token, PostgreSQL CPU", 0.001,
            Median(Operations.Forged, result => result.Database!.CpuMilliseconds), Format.Milliseconds);
        table.Most(
            "memory under load (refreshes)", 80, Median(Operations.Refresh, result => result.Megabytes),
            Format.Megabytes);
        table.Note(
            "WAL bytes of a refresh", "recorded",
            Format.Bytes(Median(Operations.Refresh, result => result.Database!.WalBytes)));
        return table.ToTable();
    }

    double Ratio(Func<Result, double> figure) =>
        figures.Ratio(Contestants.OurKey, Contestants.FloorKey, Operations.Refresh, figure);

    double Median(string operation, Func<Result, double> figure) =>
        figures.Median(Contestants.OurKey, operation, figure);
}

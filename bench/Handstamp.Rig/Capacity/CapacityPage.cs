using System.Globalization;
using Handstamp.Rig.Report;
using Handstamp.Rig.Runs;

namespace Handstamp.Rig.Capacity;

/// <summary>Fills in the tables of docs/guide/capacity.md; the words between them are written by hand.</summary>
static class CapacityPage
{
    static readonly double[] Sessions = [1e6, 100e6, 1e9];
    static readonly TimeSpan Default = TimeSpan.FromMinutes(5);
    static readonly TimeSpan Rare = TimeSpan.FromMinutes(30);

    public static void Rewrite(string root)
    {
        var file = Path.Combine(root, "docs/guide/capacity.md");
        File.WriteAllText(file, Fill(File.ReadAllText(file), Measured.Read(root)));
    }

    public static string Fill(string page, Measured measured)
    {
        var estimate = new CapacityEstimate(measured.Many);
        page = Replace(page, "measured", $"""
            Measured on {measured.On} at commit {measured.Commit}: {measured.Machine}.

            {Figures(measured.Many)}
            """);
        page = Replace(page, "calculated", $"{Needs(estimate)}");
        return Replace(page, "limits", $"{Limits(estimate)}");
    }

    static Table Figures(ManySessions many)
    {
        var table = new Table("measured", "");
        table.Row("node CPU of a refresh", Format.Milliseconds(many.NodeMilliseconds));
        table.Row("PostgreSQL CPU of a refresh, checkpoint included", Format.Milliseconds(many.PostgresMilliseconds));
        table.Row("WAL of a refresh", Format.Bytes(many.WalBytes));
        table.Row("WAL of the first change of a page after a checkpoint, in addition", Format.Bytes(many.ImageBytes));
        table.Row("sessions in a page of 8 kB", Format.Number(many.RowsPerPage));
        table.Row("a session on the disk, its indexes included", Format.Bytes(many.BytesWhenUsed));
        table.Row("an account, the same", Format.Bytes(many.AccountBytes));
        table.Row("rotations that were HOT updates", Format.Share(many.HotShare));
        return table;
    }

    static Table Needs(CapacityEstimate estimate)
    {
        var table = new Table(["calculated", .. Sessions.Select(sessions => $"{Count(sessions)} sessions")]);
        void Row(string what, Func<double, string> text) => table.Row([what, .. Sessions.Select(text)]);
        Row("refreshes a second", sessions => Format.Number(CapacityEstimate.PerSecond(sessions)));
        Row("processors of the nodes", sessions => Format.Number(estimate.NodeProcessors(sessions)));
        Row("nodes of 4 processors, with one to spare", sessions => Round(estimate.Nodes(sessions)));
        Row("processors of PostgreSQL", sessions => Format.Number(estimate.PostgresProcessors(sessions)));
        Row("WAL, a checkpoint every 5 minutes", sessions => Rate(estimate.WalPerSecond(sessions, Default)));
        Row("WAL, a checkpoint every 30 minutes", sessions => Rate(estimate.WalPerSecond(sessions, Rare)));
        Row("WAL a day, a checkpoint every 30 minutes", sessions => Format.Bytes(estimate.WalPerSecond(sessions, Rare) * 86400));
        Row("`max_wal_size` for that", sessions => Format.Bytes(estimate.WalPerSecond(sessions, Rare) * Rare.TotalSeconds * 2));
        Row("sessions on the disk", sessions => Format.Bytes(estimate.SessionBytes(sessions)));
        Row("accounts on the disk, one for every 4 sessions", sessions => Format.Bytes(estimate.AccountBytes(sessions / 4)));
        Row("1.5 billion transactions last", sessions => Time(CapacityEstimate.UntilFrozen(sessions)));
        Row("what the vacuum has to read in that time", sessions => Rate(estimate.VacuumPerSecond(sessions)));
        return table;
    }

    static Table Limits(CapacityEstimate estimate)
    {
        var table = new Table("one primary with", "is full at");
        void Row(string what, double limit, Func<double, double> figure) =>
            table.Row(what, $"{Count(CapacityEstimate.SessionsUntil(limit, figure))} sessions");
        Row("8 processors", 8, estimate.PostgresProcessors);
        Row("32 processors", 32, estimate.PostgresProcessors);
        Row("WAL of 50 MB/s, a checkpoint every 5 minutes", 50e6, sessions => estimate.WalPerSecond(sessions, Default));
        Row("WAL of 50 MB/s, a checkpoint every 30 minutes", 50e6, sessions => estimate.WalPerSecond(sessions, Rare));
        Row("a vacuum that reads 20 MB/s", 20e6, estimate.VacuumPerSecond);
        return table;
    }

    static string Count(double sessions) =>
        sessions >= 1e9 ? $"{Round(sessions / 1e9)} billion" : $"{Round(sessions / 1e6)} million";

    static string Round(double value) => value.ToString(value < 10 ? "0.#" : "N0", CultureInfo.InvariantCulture);

    static string Rate(double bytes) => $"{Format.Bytes(bytes)}/s";

    static string Time(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => $"{Format.Number(time.TotalDays)} days",
        { TotalHours: >= 2 } => $"{Format.Number(time.TotalHours)} hours",
        _ => $"{Format.Number(time.TotalMinutes)} minutes",
    };

    // Between <!-- name: … --> and <!-- /name -->.
    static string Replace(string page, string name, string text)
    {
        var start = page.IndexOf("-->", page.IndexOf($"<!-- {name}:", StringComparison.Ordinal), StringComparison.Ordinal) + 3;
        var end = page.IndexOf($"<!-- /{name} -->", StringComparison.Ordinal);
        return $"{page[..start]}\n\n{text.TrimEnd()}\n\n{page[end..]}";
    }
}

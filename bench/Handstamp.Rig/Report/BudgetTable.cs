namespace Handstamp.Rig.Report;

/// <summary>What was promised, what was measured, and whether the promise holds.</summary>
sealed class BudgetTable
{
    readonly Table _table = new("what", "budget", "measured", "met?");

    public void Most(string what, double budget, double measured, Func<double, string> format) =>
        _table.Row(what, $"at most {format(budget)}", format(measured), Answer(measured <= budget));

    public void Least(string what, double budget, double measured, Func<double, string> format) =>
        _table.Row(what, $"at least {format(budget)}", format(measured), Answer(measured >= budget));

    /// <summary>A figure that is only recorded, or is found elsewhere.</summary>
    public void Note(string what, string budget, string measured) => _table.Row(what, budget, measured, "");

    public Table ToTable() => _table;

    static string Answer(bool holds) => holds ? "yes" : "**no**";
}

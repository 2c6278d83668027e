using Handstamp.Proof.Long;

namespace Handstamp.Proof.Theft;

/// <summary>Two grids with a row for each rule: the faults of honest clients, and the thieves that stay.</summary>
static class TheftChart
{
    const string Honest = "#0072b2";
    const string Thieving = "#d55e00";

    public static void Render(
        IReadOnlyList<HonestSample> honest, IReadOnlyList<TheftSample> thefts, string svg) => Chart.Render(
        new
        {
            title = new
            {
                text = "What a rule does to honest clients, and to thieves",
                subtitle = "Each row is a rule. The paler, the better.",
            },
            spacing = 24,
            hconcat = new[]
            {
                Grid("Faults that end in a false logout", Honest, ruleNames: true,
                    honest.Select(sample => Cell(sample.Rule, NameOf(sample.Fault), sample.PerFault))),
                Grid("Thieves still there after 30 days", Thieving, ruleNames: false,
                    thefts.Select(sample => Cell(sample.Rule, sample.Thief.Name, sample.StillThere))),
            },
        },
        svg);

    public static string NameOf(Fault fault) => fault switch
    {
        Fault.Lost => "lost answer",
        Fault.Tabs => "several tabs",
        Fault.Doubled => "doubled request",
        _ => "crash",
    };

    public static string Percent(double share) => share switch
    {
        0 => "0",
        < 0.01 => "< 1 %",
        _ => FormattableString.Invariant($"{Math.Floor(100 * share):0} %"),
    };

    static object Cell(NamedRule rule, string column, double share) =>
        new { rule = rule.Name, column, share, label = Percent(share) };

    static object Grid(string title, string colour, bool ruleNames, IEnumerable<object> cells) => new
    {
        title = new { text = title, fontSize = 12 },
        data = new { values = cells },
        width = new { step = 58 },
        height = new { step = 30 },
        encoding = new
        {
            x = Axis("column", new { title = (string?)null, labelAngle = -35, domain = false, ticks = false }),
            y = Axis("rule", new { title = (string?)null, labels = ruleNames, domain = false, ticks = false }),
        },
        layer = new object[]
        {
            new { mark = new { type = "rect", color = colour }, encoding = new { opacity = Shade } },
            new { mark = new { type = "text" }, encoding = new { text = new { field = "label" } } },
        },
    };

    // In the order of the data.
    static object Axis(string field, object axis) => new { field, type = "nominal", sort = (object?)null, axis };

    // The text must be readable on the darkest colour, on a dark page too.
    static object Shade => new
    {
        field = "share",
        type = "quantitative",
        legend = (object?)null,
        scale = new { domain = new[] { 0, 1 }, range = new[] { 0.04, 0.6 } },
    };
}

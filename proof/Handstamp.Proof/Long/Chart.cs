using System.Diagnostics;
using System.Text.Json;
using Handstamp.TestBed;

namespace Handstamp.Proof.Long;

/// <summary>Charts for a page, from Vega-Lite specifications. <c>./prove</c> installs the renderer.</summary>
static class Chart
{
    public static void Render(object specification, string svg)
    {
        using var folder = new TempDirectory();
        var spec = folder.Write("chart.json", JsonSerializer.Serialize(specification));
        using var node = Process.Start("node", [Repository.PathOf("eng/charts/render.mjs"), spec, svg]);
        node.WaitForExit();
        if (node.ExitCode != 0) throw new InvalidOperationException($"The chart {svg} could not be drawn.");
    }
}

using System.Text.Json;
using Handstamp.TestBed;

namespace Handstamp.Proof.Mutants;

/// <summary>
/// From time to time, the tests of a mutant run without it. A test that fails then fails because of the machine, and
/// the same share of the kills may be false.
/// </summary>
sealed record Controls(int Run, int Failed)
{
    const int Every = 25;

    static readonly Lock Gate = new();

    public static Controls Of(Area area) =>
        File.Exists(Place(area)) ? JsonSerializer.Deserialize<Controls>(File.ReadAllText(Place(area)))! : new Controls(0, 0);

    public static bool IsDue(int tried) => tried % Every == 0;

    public static void Add(Area area, bool passed)
    {
        lock (Gate)
        {
            var so = Of(area);
            Directory.CreateDirectory(Path.GetDirectoryName(Place(area))!);
            File.WriteAllText(Place(area), JsonSerializer.Serialize(new Controls(so.Run + 1, so.Failed + (passed ? 0 : 1))));
        }
    }

    static string Place(Area area) => Repository.PathOf($"{MutatedProject.Home}/outcomes/{area.Name}.controls.json");
}

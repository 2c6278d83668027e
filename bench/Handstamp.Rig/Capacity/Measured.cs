using System.Text.Encodings.Web;
using System.Text.Json;
using Handstamp.Rig.Runs;

namespace Handstamp.Rig.Capacity;

/// <summary>bench/capacity.json: the measured figures that the capacity page is calculated from.</summary>
sealed record Measured(string On, string Commit, string Machine, ManySessions Many)
{
    static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Measured Read(string root) =>
        JsonSerializer.Deserialize<Measured>(File.ReadAllText(PathIn(root)), JsonOptions)!;

    public void Write(string root) => File.WriteAllText(PathIn(root), JsonSerializer.Serialize(this, JsonOptions) + "\n");

    static string PathIn(string root) => Path.Combine(root, "bench/capacity.json");
}

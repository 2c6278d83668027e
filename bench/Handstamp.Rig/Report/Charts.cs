using System.Text.Json.Nodes;
using Handstamp.Rig.Targets;

namespace Handstamp.Rig.Report;

/// <summary>The charts as Vega-Lite; bench/run renders them.</summary>
sealed class Charts(Results results, Contestants contestants)
{
    readonly Figures _figures = new(results);

    public IReadOnlyDictionary<string, JsonObject> All => new Dictionary<string, JsonObject>
    {
        ["refresh-cpu"] = Chart("Server CPU per refresh", "milliseconds, less is better", Cpu(Operations.Refresh, "")),
        ["refresh-throughput"] = Chart(
            "Refreshes per second", "more is better", Loads(Operations.Refresh, "", result => result.PerSecond)),
        ["refresh-latency"] = Chart(
            "Time of a refresh", $"milliseconds at {Settings.Callers} callers, less is better",
            Loads(Operations.Refresh, "p50", result => result.P50Milliseconds),
            Loads(Operations.Refresh, "p99", result => result.P99Milliseconds)),
        ["written"] = Chart(
            "Bytes written per refresh", "to the disk, less is better",
            Loads(Operations.Refresh, "", result => result.WrittenBytes)),
        ["login-cpu"] = Chart(
            "Server CPU per login", "milliseconds with the same Argon2id, less is better", Cpu(Operations.Login, "")),
        ["api-cpu"] = Chart(
            "Server CPU per API call", "milliseconds, less is better",
            Cpu(Operations.Known, "token seen before"), Cpu(Operations.New, "new token")),
        ["memory"] = Chart(
            "Resident memory", "megabytes, less is better",
            Services("after the start", contestant => _figures.IdleMegabytes(contestant.Key)),
            Loads(Operations.Refresh, "after the refreshes", result => result.Megabytes)),
        ["start"] = Chart(
            "Start", "milliseconds to the first answer, less is better",
            Services("any", contestant => _figures.StartMilliseconds(contestant.Key, Start.Answer)),
            Services(
                "a login", contestant => _figures.StartMilliseconds(contestant.Key, Start.Login),
                contestant => contestant.Service!.HasAccounts)),
    };

    public IReadOnlyDictionary<string, JsonObject> OnPostgres => new Dictionary<string, JsonObject>
    {
        ["postgres-cpu"] = Chart(
            "CPU per refresh on PostgreSQL", "milliseconds, less is better", Cpu(Operations.Refresh, "on the node"),
            Loads(Operations.Refresh, "in PostgreSQL", result => result.Database!.CpuMilliseconds)),
    };

    IEnumerable<JsonObject> Cpu(string operation, string series) =>
        Loads(operation, series, result => result.CpuMilliseconds);

    IEnumerable<JsonObject> Loads(string operation, string series, Func<Result, double> figure) =>
        contestants.All.Where(contestant => _figures.Has(contestant.Key, operation)).Select(contestant => Value(
            operation is Operations.Known or Operations.New ? contestant.Api!.Name : contestant.Name,
            series, _figures.Median(contestant.Key, operation, figure)));

    IEnumerable<JsonObject> Services(
        string series, Func<Contestant, double> figure, Func<Contestant, bool>? has = null) =>
        contestants.All.Where(contestant => contestant.Service is not null && has?.Invoke(contestant) is not false)
            .Select(contestant => Value(contestant.Name, series, figure(contestant)));

    static JsonObject Value(string who, string series, double figure) =>
        new() { ["who"] = who, ["series"] = series, ["figure"] = figure, ["shown"] = Format.Number(figure) };

    static JsonObject Chart(string title, string subtitle, params IEnumerable<JsonObject>[] series)
    {
        var several = series.Length > 1;
        return new JsonObject
        {
            ["title"] = new JsonObject { ["text"] = title, ["subtitle"] = subtitle },
            ["width"] = 520,
            ["height"] = new JsonObject { ["step"] = several ? 18 : 26 },
            ["data"] = new JsonObject { ["values"] = new JsonArray([.. series.SelectMany(values => values)]) },
            ["encoding"] = Encoding(several),
            ["layer"] = Layers(),
        };
    }

    static JsonObject Encoding(bool several)
    {
        var encoding = new JsonObject { ["y"] = Names("who"), ["x"] = Field("figure", "quantitative") };
        if (!several) return encoding;

        encoding["yOffset"] = Names("series");
        encoding["color"] = Names("series");
        return encoding;
    }

    static JsonArray Layers() => JsonNode.Parse("""
        [
          { "mark": "bar" },
          {
            "mark": { "type": "text", "align": "left", "dx": 4 },
            "encoding": { "text": { "field": "shown" }, "color": { "value": "#1f2328" } }
          }
        ]
        """)!.AsArray();

    // In the order of the data.
    static JsonObject Names(string field)
    {
        var names = Field(field, "nominal");
        names["sort"] = null;
        return names;
    }

    static JsonObject Field(string name, string type) =>
        new() { ["field"] = name, ["type"] = type, ["title"] = null };
}

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Handstamp.Proof.Long;

namespace Handstamp.Proof.Fuzz;

/// <summary>The fuzzing of <see cref="FuzzTests"/>, for any length of time.</summary>
static class FuzzProof
{
    // A round takes some ten seconds, so that the run ends on time.
    const int CodecInputs = 70_000;
    const int RouteInputs = 8_000;

    public static Command Command()
    {
        var (minutes, seed) = (Bound.Of("--minutes", 60), Bound.Of("--seed", 1));
        var command = new Command("fuzz", "Fuzzes the codecs and the routes.") { minutes, seed };
        command.SetAction((given, _) => RunAsync(given.GetValue(minutes), given.GetValue(seed)));
        return command;
    }

    static async Task<int> RunAsync(int minutes, int seed)
    {
        var report = new Report("fuzz", "Fuzzing the codecs and the routes").Say("""
            Valid inputs are changed at random, in their bytes and in their structure. Changed members and claims are signed
            again with the right key, so that they reach the parser behind the signature. The codecs run in process,
            instrumented with SharpFuzz: an input that takes a new branch joins the inputs that others are made from. The
            routes are those of the native executable, over raw sockets. For them, a new outcome counts instead of a new branch.
            """).Say("""
            No codec throws on any input. An accepted input was signed exactly as it is, and has only one spelling. The codec
            reads the same as System.Text.Json, and reads the same again after the value was rewritten. Every request gets 2xx,
            or 4xx with a code of the table (a request that breaks HTTP itself is refused or closed by the server below). At
            the end, the service is running and usable, stays within 400 MiB, and has written no secret.
            """).Say("""
            Found so far, and now covered by a test: `/oauth/introspect` answered 500 to a form with too many parameters and to
            a multipart form (`IntrospectTests.A_form_that_cannot_be_read_is_refused`). The credential of an API was fuzzed only
            after a unit test had found that a wrong character in it was 500, here and at the feed.
            """);
        var codecs = Codecs.Start(seed);
        await using var routes = await Routes.StartAsync(seed);
        await FuzzAsync(codecs, routes, TimeSpan.FromMinutes(minutes));

        IReadOnlyList<FuzzResult> results = [.. codecs.Results, .. routes.Results];
        var faults = await routes.FaultsAsync();
        Show(report, results);
        report.Say($"At the end, the service used {routes.Memory >> 20} MiB.");
        foreach (var finding in results.SelectMany(result => result.Findings).Concat(faults)) report.Say($"```\n{finding}\n```");
        return report.Save(faults.Count == 0 && results.All(result => result.Findings.Count == 0), $"fuzz --minutes {minutes} --seed {seed}");
    }

    static async Task FuzzAsync(InstrumentedCodecs codecs, Routes routes, TimeSpan time)
    {
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < time;)
        {
            codecs.Run(CodecInputs);
            await routes.RunAsync(RouteInputs);
            Console.WriteLine($"{Stopwatch.GetElapsedTime(begun):hh\\:mm\\:ss} {codecs.Results.Concat(routes.Results).Sum(result => result.Inputs)}");
        }
    }

    static void Show(Report report, IReadOnlyList<FuzzResult> results) => report.Table(
        ["target", "inputs", "kept", "branches", "outcomes", "findings"],
        results.Select(result => (object[])
        [
            result.Target, result.Inputs.ToString("N0", CultureInfo.InvariantCulture), result.Corpus,
            result.Branches > 0 ? result.Branches : "", result.Outcomes, result.Findings.Count,
        ]));
}

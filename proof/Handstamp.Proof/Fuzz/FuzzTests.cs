namespace Handstamp.Proof.Fuzz;

/// <summary>The fuzzing of <c>./prove fuzz</c> with fewer inputs. A finding shows its input as base64.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    const int Seed = 20260301;

    [Fact]
    public void No_input_makes_a_codec_throw_or_accept_what_it_should_not()
    {
        var codecs = Codecs.Start(Seed);
        codecs.Run(inputs: 140_000);
        AssertNothingFound(codecs.Results);
        Assert.All(codecs.Results, result => Assert.True(result.Branches > 30, "the code is not instrumented"));
    }

    [Fact]
    public async Task No_request_makes_the_service_fail()
    {
        await using var routes = await Routes.StartAsync(Seed);
        await routes.RunAsync(inputs: 24_000);
        AssertNothingFound(routes.Results);
        output.WriteLine($"{routes.Memory >> 20} MiB");
        Assert.Empty(await routes.FaultsAsync());
    }

    void AssertNothingFound(IReadOnlyList<FuzzResult> results)
    {
        foreach (var result in results) output.WriteLine($"seed {Seed}, {result}");
        Assert.True(results.All(result => result.Findings.Count == 0), string.Join("\n\n", results.SelectMany(result => result.Findings)));
    }
}

using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.ReadmeWalk;

/// <summary>Runs the README's walk against the real processes. It waits half a minute, as its reader does.</summary>
public sealed class ReadmeWalkTests
{
    [Fact]
    public async Task The_walk_prints_the_output_in_the_README()
    {
        var walk = Walk.Read();
        using var data = new TempDirectory();
        await using var service = await HandstampProcess.StartAsync(data.Path, walk.ServiceArguments);
        await using var api = await SampleApi.StartAsync(service.Address);

        var printed = await walk.RunAsync(service.Address, api.Address);

        Assert.Equal(walk.Steps.Select(step => WalkStep.Normalized(step.Printed)), printed.Select(WalkStep.Normalized));
    }
}

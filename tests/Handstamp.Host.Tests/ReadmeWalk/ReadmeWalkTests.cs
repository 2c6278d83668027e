using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.ReadmeWalk;

/// <summary>The README's walk against the real processes. It waits as long as its reader does, half a minute.</summary>
public sealed class ReadmeWalkTests
{
    [Fact]
    public async Task The_walk_prints_what_the_README_says()
    {
        var walk = Walk.Read();
        using var data = new TempDirectory();
        await using var service = await HandstampProcess.StartAsync(data.Path, walk.ServiceArguments);
        await using var api = await SampleApi.StartAsync(service.Address);

        var printed = await walk.RunAsync(service.Address, api.Address);

        Assert.Equal(walk.Steps.Select(step => WalkStep.Normalized(step.Printed)), printed.Select(WalkStep.Normalized));
    }
}

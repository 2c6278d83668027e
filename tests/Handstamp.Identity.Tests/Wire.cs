using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Handstamp.Identity.Tests;

/// <summary>Which routes the app has mapped over its users.</summary>
public enum Wire
{
    /// <summary>The framework's, which say what is right.</summary>
    MapIdentityApi,

    /// <summary>Ours.</summary>
    Handstamp,
}

/// <summary>Runs a check against both. What holds only on ours is a <c>[Fact]</c>, and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class OnBothAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([.. Enum.GetValues<Wire>().Select(wire => new TheoryDataRow<Wire>(wire))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

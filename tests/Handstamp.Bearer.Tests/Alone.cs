using Xunit;

namespace Handstamp.Bearer.Tests;

/// <summary>Tests that measure the memory of the whole process. Other tests would add to it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;

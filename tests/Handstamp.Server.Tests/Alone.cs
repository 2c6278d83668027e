using Xunit;

namespace Handstamp.Server.Tests;

/// <summary>Tests that limit the memory of the whole process. Other tests would meet the limit, too.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;

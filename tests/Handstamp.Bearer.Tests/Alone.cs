using Xunit;

namespace Handstamp.Bearer.Tests;

/// <summary>Those that measure what the whole process holds. Others would add to it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;

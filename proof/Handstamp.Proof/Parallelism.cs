using Xunit.Sdk;
using Xunit.v3;

// Most proofs wait most of the time: for windows to pass, for clients to come back, for servers to start again.
[assembly: Parallelization(Mode = ParallelMode.All)]

namespace Handstamp.Proof;

/// <summary>Those that measure, or take the whole machine. Two at once would disturb each other.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;

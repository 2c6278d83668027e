using Xunit.Sdk;
using Xunit.v3;

// Most proofs spend most of their time waiting: for windows to pass, for clients to come back, for servers to restart.
[assembly: Parallelization(Mode = ParallelMode.All)]

namespace Handstamp.Proof;

/// <summary>The proofs that measure, or use the whole machine. Two at once would disturb each other.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;

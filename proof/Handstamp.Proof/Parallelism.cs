using Xunit.Sdk;
using Xunit.v3;

// The proofs measure, and load the machine: two at once would disturb each other.
[assembly: Parallelization(Mode = ParallelMode.None)]

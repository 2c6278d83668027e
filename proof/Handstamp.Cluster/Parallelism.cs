using Xunit.Sdk;
using Xunit.v3;

// There is one cluster, and one fault at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]

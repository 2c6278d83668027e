namespace Handstamp.Proof.Mutants;

/// <summary>Runs an action for each item, in order, several at a time.</summary>
static class SideBySide
{
    /// <param name="all">The items.</param>
    /// <param name="action">The action.</param>
    /// <param name="perProcessor">How many run for each processor: more than one if the actions mostly wait.</param>
    public static Task EachAsync<T>(IEnumerable<T> all, Func<T, Task> action, int perProcessor = 1) =>
        Parallel.ForEachAsync(
            all, new ParallelOptions { MaxDegreeOfParallelism = perProcessor * Environment.ProcessorCount }, async (one, _) => await action(one));
}

namespace Handstamp.Proof.Mutants;

/// <summary>Runs an action for each item, in order, as many at a time as there are processors.</summary>
static class SideBySide
{
    public static Task EachAsync<T>(IEnumerable<T> all, Func<T, Task> action) =>
        Parallel.ForEachAsync(
            all, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (one, _) => await action(one));
}

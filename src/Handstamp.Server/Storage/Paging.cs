using System.Runtime.CompilerServices;

namespace Handstamp.Server.Storage;

/// <summary>Reads a list of any length from a store.</summary>
static class Paging
{
    const int Size = 500;

    /// <summary>
    /// All rows, a page at a time. <paramref name="next"/> returns at most so many rows after the last one of the page before.
    /// </summary>
    public static async IAsyncEnumerable<T> ReadAllAsync<T>(
        Func<T?, int, CancellationToken, Task<IReadOnlyList<T>>> next, [EnumeratorCancellation] CancellationToken cancel = default)
        where T : class
    {
        IReadOnlyList<T> page = [];
        do
        {
            page = await next(page.Count == 0 ? null : page[^1], Size, cancel);
            foreach (var row in page) yield return row;
        }
        while (page.Count == Size);
    }
}

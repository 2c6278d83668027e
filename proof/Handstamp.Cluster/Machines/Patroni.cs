using System.Net;

namespace Handstamp.Cluster.Machines;

/// <summary>What the Patroni of each machine reports about its own PostgreSQL.</summary>
sealed class Patroni(IReadOnlyList<DatabaseMachine> databases) : IDisposable
{
    static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(2);

    readonly HttpClient _http = new() { Timeout = RequestTimeout };

    /// <summary>Whether PostgreSQL runs, and holds the lock.</summary>
    public Task<bool> IsPrimaryAsync(DatabaseMachine database) => SaysAsync(database, "primary");

    /// <summary>Whether one is the primary, and the other has everything that the primary acknowledges.</summary>
    public async Task<bool> IsWholeAsync() => await CountAsync("primary") == 1 && await CountAsync("sync") == databases.Count - 1;

    public void Dispose() => _http.Dispose();

    async Task<int> CountAsync(string role)
    {
        var answers = await Task.WhenAll(databases.Select(database => SaysAsync(database, role)));
        return answers.Count(yes => yes);
    }

    async Task<bool> SaysAsync(DatabaseMachine database, string role)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(database.Patroni, role));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}

using System.Diagnostics;
using Handstamp.Proof.Feed;
using Handstamp.TestBed;

namespace Handstamp.Proof.Revocation;

/// <summary>The sessions whose key is not revoked: some refresh all the time, and others log out one after another.</summary>
sealed class Others
{
    const int Refreshing = 8;
    const string Email = "other@example.com";

    readonly HandstampClient[] _clients;
    readonly Api _api;
    readonly string[] _tokens = new string[Refreshing];

    Others(IReadOnlyList<Uri> nodes, Api api) => (_clients, _api) = ([.. nodes.Select(node => new HandstampClient(node))], api);

    public static async Task<Others> LogInAsync(IReadOnlyList<Uri> nodes, Api api)
    {
        var others = new Others(nodes, api);
        await others._clients[0].JoinAsync(Email);
        for (var one = 0; one < Refreshing; one++) others._tokens[one] = (await others._clients[0].LoginAsync(Email)).RefreshToken;
        return others;
    }

    /// <summary>Continues for the given time, and until the other task is done. Returns the slowest of each.</summary>
    public async Task<Slowest> RunAsync(TimeSpan time, Task other, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        var refreshes = Enumerable.Range(0, Refreshing).Select(one => RefreshAsync(one, GoesOn));
        var leaving = LeaveAsync(GoesOn, cancel);
        var all = await Task.WhenAll(refreshes);
        var (logout, heard, logouts) = await leaving;
        return new Slowest(all.Sum(one => one.Count), all.Max(one => one.Slowest), logouts, logout, heard);

        bool GoesOn() => Stopwatch.GetElapsedTime(start) < time || !other.IsCompleted;
    }

    public async Task<int> CountRefusedAsync()
    {
        var refused = 0;
        foreach (var token in _tokens)
            if ((await _clients[0].RefreshAsync(token)).Status != 200) refused++;
        return refused;
    }

    async Task<(int Count, TimeSpan Slowest)> RefreshAsync(int one, Func<bool> goesOn)
    {
        var (count, slowest) = (0, TimeSpan.Zero);
        for (; goesOn(); count++)
        {
            var start = Stopwatch.GetTimestamp();
            var (status, answer) = await _clients[count % _clients.Length].RefreshAsync(_tokens[one]);
            slowest = Longer(slowest, Stopwatch.GetElapsedTime(start));
            if (status != 200) throw new InvalidOperationException($"A refresh of another session got {status} {answer}.");
            _tokens[one] = answer.GetProperty("refresh_token").GetString()!;
        }
        return (count, slowest);
    }

    async Task<(TimeSpan Logout, TimeSpan Heard, int Count)> LeaveAsync(Func<bool> goesOn, CancellationToken cancel)
    {
        var (logout, heard, count) = (TimeSpan.Zero, TimeSpan.Zero, 0);
        for (; goesOn(); count++)
        {
            var client = _clients[count % _clients.Length];
            var session = await client.LoginAsync(Email);
            var start = Stopwatch.GetTimestamp();
            await client.LogOutAsync(session.AccessToken);
            logout = Longer(logout, Stopwatch.GetElapsedTime(start));
            var answered = Stopwatch.GetTimestamp();
            heard = Longer(heard, await _api.RefusesAfterAsync(session.AccessToken, answered) ?? TimeSpan.MaxValue);
            cancel.ThrowIfCancellationRequested();
        }
        return (logout, heard, count);
    }

    static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}

/// <param name="Refreshes">Done.</param>
/// <param name="Refresh">The slowest of them.</param>
/// <param name="Logouts">Done.</param>
/// <param name="Logout">The slowest of them.</param>
/// <param name="Heard">The longest time from a logout's answer to the refusal at the API.</param>
sealed record Slowest(int Refreshes, TimeSpan Refresh, int Logouts, TimeSpan Logout, TimeSpan Heard);

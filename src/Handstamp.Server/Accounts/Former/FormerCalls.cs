using Handstamp.Server.Http;

namespace Handstamp.Server.Accounts.Former;

/// <summary>Questions to the former system, over HTTP or in the app itself: bounded, and whatever it does, it harms nobody.</summary>
sealed class FormerCalls(TimeProvider clock) : IDisposable
{
    /// <summary>The most questions of one kind at a time. What they can hold in memory is bounded by this.</summary>
    public const int MaxConcurrent = 32;

    /// <summary>How long the former system may take: half of what a client waits.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>How long a caller waits who got no answer.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    readonly BoundedCalls _calls = new(MaxConcurrent, Timeout, clock);

    /// <summary>The answer, or why there is none, for the log.</summary>
    public async Task<(T? Answer, string? Failure)> TryAsync<T>(Func<CancellationToken, Task<T>> ask)
    {
        try
        {
            // Also if the caller has gone: the attempt was counted, and the former system may have spent what it was shown.
            return (await _calls.RunAsync(ask, CancellationToken.None), null);
        }
#pragma warning disable CA1031 // An app's own source may throw anything.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return (default, fault is CallFailedException ? fault.Message : $"it has thrown {fault.GetType().Name}");
        }
    }

    public void Dispose() => _calls.Dispose();
}

using System.Buffers.Text;
using Handstamp.Server.Http;
using Handstamp.Tokens;

namespace Handstamp.Server.Keys;

/// <summary>
/// What to do with a token whose key this node's ring has never had: another node may just have made it, or somebody has
/// made it up. The ring is read before the token is judged. One reading is for all who came before it began, and there is
/// one in an <see cref="Interval"/>, so that made-up names are no work for the database. Tokens of known keys don't wait.
/// </summary>
sealed class UnknownKeys(KeyRingService keys, TimeProvider clock)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public const int MaxWaiting = 1000;

    /// <summary>Nothing is known against the token.</summary>
    public static readonly Refusal NotNow = new(
        Problems.StorageUnavailable, "This node does not know the key of this token yet.", RetryAfter: TimeSpan.FromSeconds(1));

    static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(1);

    // The thumbprint of a key (RFC 7638): SHA-256 in base64url.
    const int KeyIdLength = 43;

    readonly Lock _lock = new();
    Task _pause = Task.CompletedTask;
    Task? _next;
    int _waiting;

    /// <summary>False when a token of this MAC key can't be judged now, because the ring has not had the key and can't be read.</summary>
    public ValueTask<bool> TryLearnAsync(byte macKeyId) => keys.Ring.HasHad(macKeyId) ? new(true) : ReadRingAsync();

    /// <summary>Verifies an access token of this service; null when it can't be judged now.</summary>
    public async ValueTask<AccessTokenOutcome?> VerifyAsync(ReadOnlyMemory<char> jwt, AccessTokenRules rules, DateTimeOffset now)
    {
        var outcome = AccessTokenVerifier.Verify(jwt.Span, keys.Ring.PublicKeys, rules, now);
        if (outcome is not AccessTokenOutcome.UnknownKey { KeyId: var id } || !IsKeyId(id) || keys.Ring.HasHad(id)) return outcome;
        return await ReadRingAsync() ? AccessTokenVerifier.Verify(jwt.Span, keys.Ring.PublicKeys, rules, now) : null;
    }

    static bool IsKeyId(string id) => id.Length == KeyIdLength && Base64Url.IsValid(id);

    async ValueTask<bool> ReadRingAsync()
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > MaxWaiting) return false;
            var reading = NextReading();
            await reading.WaitAsync(LookupTimeout, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return reading.IsCompletedSuccessfully;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    Task NextReading()
    {
        lock (_lock) return _next ??= ReadAfterAsync(_pause);
    }

    async Task ReadAfterAsync(Task pause)
    {
        await pause.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        // Whose token comes from now on may have a key that is newer than what is read.
        lock (_lock) (_next, _pause) = (null, Task.Delay(Interval, clock));
        await keys.FollowAsync(CancellationToken.None);
    }
}

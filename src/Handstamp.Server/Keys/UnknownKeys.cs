using System.Buffers.Text;
using Handstamp.Server.Http;
using Handstamp.Tokens;

namespace Handstamp.Server.Keys;

/// <summary>
/// Handles tokens whose key this node's ring has never had: either another node has just made the key, or the token is
/// forged. The ring is read before the token is checked. One read serves all requests that came before it began, and
/// there is one per <see cref="Interval"/>, so forged key names cause little work for the database. Tokens of known
/// keys do not wait.
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

    /// <summary>
    /// False if a token of this MAC key cannot be checked now, because the ring has not had the key and cannot be read.
    /// </summary>
    public ValueTask<bool> TryLearnAsync(byte macKeyId) => keys.Ring.HasHad(macKeyId) ? new(true) : ReadRingAsync();

    /// <summary>The same for something that was sealed under this key.</summary>
    public ValueTask<bool> TryLearnAsync(string keyId) => keys.Ring.HasHad(keyId) ? new(true) : ReadRingAsync();

    /// <summary>Verifies an access token of this service; null if it cannot be checked now.</summary>
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
        // A token that arrives from now on may have a key that is newer than what this read returns.
        lock (_lock) (_next, _pause) = (null, Task.Delay(Interval, clock));
        await keys.FollowAsync(CancellationToken.None);
    }
}

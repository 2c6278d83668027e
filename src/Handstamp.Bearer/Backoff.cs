using System.Security.Cryptography;

namespace Handstamp.Bearer;

/// <summary>
/// Pauses that double. Each is shortened by a random amount of up to a half, so that many APIs do not come back at the
/// same moment.
/// </summary>
sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    readonly TimeSpan _first = first;
    TimeSpan _next = first;

    public TimeSpan Next()
    {
        var pause = _next;
        _next = pause * 2 < longest ? pause * 2 : longest;
        return pause * (1 - (RandomNumberGenerator.GetInt32(500) / 1000.0));
    }

    public void Reset() => _next = _first;
}

namespace Handstamp.Server.Keys;

enum KeyState { Announced, Current, Retired, Revoked }

/// <summary>
/// When a key signs, and when the next one is made. Pure. A signing key is published before it signs, and until the
/// last token that it signed has expired. A MAC key verifies until the last of its sessions has expired. A sealing key stays until
/// nothing is sealed under it, and a data key for good.
/// </summary>
static class KeyRules
{
    /// <summary>The longest life of an access token that the settings allow.</summary>
    public static readonly TimeSpan LongestAccessToken = TimeSpan.FromHours(1);

    /// <summary>The longest life of a session that the settings allow.</summary>
    public static readonly TimeSpan LongestSession = TimeSpan.FromDays(366);

    /// <summary>
    /// The maximum time in which every node reads a change of the ring; a MAC key is never used sooner.
    /// </summary>
    public static readonly TimeSpan Spread = TimeSpan.FromSeconds(10);

    /// <summary>The end of a key that no time ends.</summary>
    public static readonly DateTimeOffset Never = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How many MAC keys a ring can hold: one byte names them.</summary>
    public const int MacIds = byte.MaxValue + 1;

    // The ids that an operator's rotations leave for the successors of revoked keys.
    const int SparedMacIds = 16;

    /// <summary>
    /// The key that signs now: the latest that has begun. It continues past its end if no successor could be made.
    /// </summary>
    public static StoredKey? Current(IEnumerable<StoredKey> keys, KeyPurpose purpose, DateTimeOffset now)
    {
        var live = keys.Where(key => key.Purpose == purpose && key.RevokedAt is null).OrderBy(key => key.ActiveFrom).ToList();
        return live.LastOrDefault(key => key.ActiveFrom <= now) ?? live.FirstOrDefault();
    }

    public static KeyState StateOf(StoredKey key, IEnumerable<StoredKey> keys, DateTimeOffset now)
    {
        if (key.RevokedAt is not null) return KeyState.Revoked;
        if (Current(keys, key.Purpose, now)?.Id == key.Id) return KeyState.Current;
        return key.ActiveFrom > now ? KeyState.Announced : KeyState.Retired;
    }

    /// <summary>When a new key has to sign, or null if none is due.</summary>
    public static DateTimeOffset? NextStart(
        IReadOnlyList<StoredKey> keys, KeyPurpose purpose, DateTimeOffset now, KeyOptions options)
    {
        if (Current(keys, purpose, now) is not { } current) return now;
        if (Announced(keys, purpose, now) is not null) return null;
        if (now >= current.ActiveUntil) return now;
        return now >= current.ActiveUntil - options.Announcement ? current.ActiveUntil : null;
    }

    public static StoredKey? Announced(IEnumerable<StoredKey> keys, KeyPurpose purpose, DateTimeOffset now)
    {
        var current = Current(keys, purpose, now);
        return keys.FirstOrDefault(key =>
            key.Purpose == purpose && key.RevokedAt is null && key.ActiveFrom > now && key.Id != current?.Id);
    }

    /// <summary>The sealing keys that another one has replaced, on every node.</summary>
    public static IEnumerable<StoredKey> ReplacedSeals(IReadOnlyList<StoredKey> keys, DateTimeOffset now) =>
        Current(keys, KeyPurpose.Seal, now) is { } current && current.ActiveFrom + Spread <= now
            ? keys.Where(key => key.Purpose == KeyPurpose.Seal && key.ActiveFrom < current.ActiveFrom)
            : [];

    /// <summary>
    /// Whether there is an id for another key. A revoked or retired MAC key keeps its id until everything that it made
    /// has expired. If there is no id, the current key continues past its end.
    /// </summary>
    public static bool HasIdFor(IEnumerable<StoredKey> keys, KeyPurpose purpose) => purpose != KeyPurpose.Mac || FreeMacIds(keys) > 0;

    /// <summary>Whether a rotation needs no new key, or leaves enough ids.</summary>
    public static bool MayRotate(IReadOnlyList<StoredKey> keys, KeyPurpose purpose, DateTimeOffset now) =>
        purpose != KeyPurpose.Mac || Announced(keys, purpose, now) is not null || FreeMacIds(keys) > SparedMacIds;

    /// <summary>
    /// Whether another key of this kind is alive, or can be made: without one, nobody could log in or refresh.
    /// </summary>
    public static bool MayRevoke(IReadOnlyList<StoredKey> keys, string id) =>
        keys.FirstOrDefault(key => key.Id == id) is not { } one
        || HasIdFor(keys, one.Purpose)
        || keys.Any(key => key.Purpose == one.Purpose && key.RevokedAt is null && key.Id != id);

    /// <summary>When the next id of a MAC key becomes free.</summary>
    public static DateTimeOffset NextFreeMacId(IEnumerable<StoredKey> keys) =>
        keys.Where(key => key.Purpose == KeyPurpose.Mac).Min(key => key.ExpiresAt);

    static int FreeMacIds(IEnumerable<StoredKey> keys) => MacIds - keys.Count(key => key.Purpose == KeyPurpose.Mac);

    // MAC keys are kept for as long as a session may live, and one byte names them: with shorter lives there would not
    // be enough names.
    static readonly TimeSpan ShortestMacLife = TimeSpan.FromDays(30);

    /// <summary>The key, with a life from <paramref name="start"/> as long as the settings say.</summary>
    public static StoredKey Lasting(StoredKey key, DateTimeOffset start, KeyOptions options) =>
        EndingAt(key with { ActiveFrom = start }, start + LifeOf(key.Purpose, options));

    static TimeSpan LifeOf(KeyPurpose purpose, KeyOptions options) =>
        purpose == KeyPurpose.Mac && options.SigningLifetime < ShortestMacLife ? ShortestMacLife : options.SigningLifetime;

    /// <summary>The key, with a successor that takes over at <paramref name="end"/>. A data key has none.</summary>
    public static StoredKey EndingAt(StoredKey key, DateTimeOffset end) => key.Purpose switch
    {
        KeyPurpose.Data => key with { ActiveUntil = Never, ExpiresAt = Never },
        // It is deleted when nothing is sealed under it, whenever that is.
        KeyPurpose.Seal => key with { ActiveUntil = end, ExpiresAt = Never },
        _ => key with
        {
            ActiveUntil = end,
            ExpiresAt = end + (key.Purpose == KeyPurpose.Sign ? LongestAccessToken : LongestSession) + Spread,
        },
    };
}

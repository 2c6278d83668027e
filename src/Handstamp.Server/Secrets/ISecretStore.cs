namespace Handstamp.Server.Secrets;

/// <summary>
/// The secrets that are good once: links, codes, invitations, half-finished sign-ins. Each of these operations is one
/// conditional statement, and none tells a secret that never was from one that is spent, expired or out of tries.
/// </summary>
interface ISecretStore
{
    /// <summary>
    /// Adds the secret. Where its subject then has more than <paramref name="most"/> of this purpose, those that expire
    /// first go.
    /// </summary>
    Task AddAsync(SecretKey key, SecretContent content, int tries, int most);

    /// <summary>
    /// Counts a try, right or wrong, before anybody knows its outcome. Returns the content if the secret is the right one;
    /// null also when it has no try left, is spent or expired, or was never there.
    /// </summary>
    Task<SecretContent?> TryAsync(SecretKey key, DateTimeOffset now);

    /// <summary>Spends the secret: true for one of all who show the right one before it expires.</summary>
    Task<bool> TakeAsync(SecretKey key, DateTimeOffset now);

    /// <summary>Deletes at most <paramref name="limit"/> that have expired, those first that expired first.</summary>
    Task<int> SweepAsync(DateTimeOffset now, int limit);
}

/// <summary>What a secret is compared by.</summary>
/// <param name="Purpose">A secret of one purpose is never good for another.</param>
/// <param name="Id">Its row. Not secret.</param>
/// <param name="Hash">A MAC of the row and the secret: 32 bytes.</param>
sealed record SecretKey(string Purpose, Guid Id, byte[] Hash);

/// <summary>What a secret stands for.</summary>
/// <param name="Subject">Of whom there are no more than so many: mostly an account.</param>
/// <param name="Payload">What its maker wants to know again; at most <see cref="MaxPayload"/> bytes.</param>
/// <param name="ExpiresAt">From this moment on it is as if it had never been.</param>
sealed record SecretContent(Guid Subject, byte[] Payload, DateTimeOffset ExpiresAt)
{
    public const int MaxPayload = 4096;
}
